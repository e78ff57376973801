/** Where a run of a process may begin, read from its file. */
import { childrenOf, idOf, nameOf, processOf } from '../model/bpmn-file.ts'

export type StartEvent = {
  readonly id: string
  readonly name: string
  /** What it waits for when nobody starts it by hand: "message", "timer". */
  readonly trigger?: string
}

const definition = 'EventDefinition'

/** Those without trigger first: the server takes the first of them when none is named. */
export function startEventsOf(xml: string, processId: string): readonly StartEvent[] {
  const process = processOf(xml, processId)
  if (process === undefined) return []
  const events = childrenOf(process, (name) => name === 'startEvent').map(startEventOf)
  return [...events.filter((event) => !event.trigger), ...events.filter((event) => event.trigger)]
}

function startEventOf(element: Element): StartEvent {
  const [id, name] = [idOf(element), nameOf(element)]
  const [inside] = childrenOf(element, (local) => local.endsWith(definition))
  return inside === undefined ? { id, name } : { id, name, trigger: inside.localName.replace(definition, '') }
}
