/** Where a run of a process may begin, read from its file. */

export type StartEvent = {
  readonly id: string
  readonly name: string
  /** What it waits for when nobody starts it by hand: "message", "timer". */
  readonly trigger?: string
}

const bpmn = 'http://www.omg.org/spec/BPMN/20100524/MODEL'
const definition = 'EventDefinition'

const childrenOf = (element: Element, isWanted: (name: string) => boolean): readonly Element[] =>
  [...element.children].filter((child) => child.namespaceURI === bpmn && isWanted(child.localName))

/** Those without trigger first: the server takes the first of them when none is named. */
export function startEventsOf(xml: string, processId: string): readonly StartEvent[] {
  const document = new DOMParser().parseFromString(xml, 'application/xml')
  const processes = [...document.getElementsByTagNameNS(bpmn, 'process')]
  const process = processes.find((element) => element.getAttribute('id') === processId)
  if (process === undefined) return []
  const events = childrenOf(process, (name) => name === 'startEvent').map(startEventOf)
  return [...events.filter((event) => !event.trigger), ...events.filter((event) => event.trigger)]
}

function startEventOf(element: Element): StartEvent {
  const id = element.getAttribute('id') ?? ''
  const name = element.getAttribute('name')?.trim() || id
  const [inside] = childrenOf(element, (local) => local.endsWith(definition))
  return inside === undefined ? { id, name } : { id, name, trigger: inside.localName.replace(definition, '') }
}
