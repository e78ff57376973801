/**
 * Makes a model of the token simulator executable, in memory only: the simulator asks people which way a token goes
 * and when an event occurs, so its models lack conditions, messages, signals, timers and task types.
 */
import type { JsonObject } from '@braid/core/base/json.ts'
import { append, create, type Element, flowElementsOf, listOf, oneOf, processesOf, retype } from './model.ts'

/** Variables that stand for the simulator's settings. */
export type Settings = {
  /** Flows that gateways take. */
  readonly activeFlows: readonly string[]
  /** Conditional events that occur. */
  readonly occurred: readonly string[]
}
export const variablesOf = (settings: Settings): JsonObject => ({ ...settings })

export type MessageFlow = { readonly id: string; readonly source: string; readonly message: string }

export type Adapted = {
  /** Flows that each gateway takes before any setting. */
  readonly defaults: ReadonlyMap<string, readonly string[]>
  readonly messageFlows: readonly MessageFlow[]
  /** Events that occur when a condition becomes true. */
  readonly conditional: ReadonlySet<string>
  /** Ids of pools by the process in them. */
  readonly pools: ReadonlyMap<string, string>
}

/** Tasks that somebody must do: without a worker in the simulator, tokens pass through. */
const passed = ['ServiceTask', 'UserTask', 'ScriptTask', 'BusinessRuleTask', 'ManualTask', 'CallActivity']

const isTask = ({ $type }: Element): boolean => /Task$/.test($type)

export const heldJobType = 'held'

function hold(task: Element): void {
  const service = retype(task, 'bpmn:ServiceTask')
  const extensions = oneOf(service, 'extensionElements') ?? create('bpmn:ExtensionElements', { values: [] })
  append(extensions, 'values', create('zeebe:TaskDefinition', { type: heldJobType }))
  service.extensionElements = extensions
}

function adaptTask(task: Element, held: ReadonlySet<string>, sends: ReadonlySet<string>): void {
  if (held.has(task.id)) hold(task)
  else if (task.$type === 'bpmn:Task' && sends.has(task.id)) retype(task, 'bpmn:SendTask')
  else if (passed.some((type) => task.$type === `bpmn:${type}`) && task.calledElement === undefined) {
    retype(task, sends.has(task.id) ? 'bpmn:SendTask' : 'bpmn:Task')
  }
}

const expression = (body: string): Element => create('bpmn:FormalExpression', { body })

/** Every way out of a deciding gateway is open when it is one of the flows set to active. */
function adaptGateway(gateway: Element): readonly string[] {
  const flows = listOf(gateway, 'outgoing')
  const first = oneOf(gateway, 'default') ?? flows[0]
  gateway.default = undefined
  if (flows.length < 2) return []
  for (const flow of flows) {
    const body = `=if activeFlows = null then ${flow === first} else list contains(activeFlows, "${flow.id}")`
    flow.conditionExpression = expression(body)
  }
  return first === undefined ? [] : [first.id]
}

/** One for all events that name none: in the simulator they meet each other. */
const commonSignal = 'Signal without name'

class References {
  readonly #definitions: Element
  readonly #flows: ReadonlyMap<string, string>

  /** `flows`: target of the message flow out of an element. */
  constructor(definitions: Element, flows: ReadonlyMap<string, string>) {
    this.#definitions = definitions
    this.#flows = flows
  }

  #root(type: string, name: string): Element {
    const roots = listOf(this.#definitions, 'rootElements')
    const known = roots.find((root) => root.$type === type && root.name === name)
    if (known !== undefined) return known
    const id = `${type.slice('bpmn:'.length)}_for_${name.replaceAll(/\W/g, '_')}`
    return append(this.#definitions, 'rootElements', create(type, { id, name }))
  }

  /** The message that reaches only `target`. */
  messageTo = (target: string): Element => this.#root('bpmn:Message', messageNameOf(target))

  complete(owner: Element, event: Element): void {
    switch (owner.$type) {
      case 'bpmn:MessageEventDefinition':
      case 'bpmn:SendTask':
      case 'bpmn:ReceiveTask':
        owner.messageRef = this.messageTo(this.#flows.get(event.id) ?? event.id)
        break
      case 'bpmn:SignalEventDefinition': {
        const signal = oneOf(owner, 'signalRef')
        if (signal !== undefined) signal.name ??= signal.id
        else owner.signalRef = this.#root('bpmn:Signal', commonSignal)
        break
      }
      case 'bpmn:TimerEventDefinition':
        if (owner.timeDate || owner.timeDuration || owner.timeCycle) break
        if (isNonInterrupting(event)) owner.timeCycle = expression('R/PT1H')
        else owner.timeDuration = expression('PT1H')
        break
      case 'bpmn:ConditionalEventDefinition':
        owner.condition = expression(`=list contains(occurred, "${event.id}")`)
        break
    }
  }
}

const messageNameOf = (target: string): string => `message to ${target}`

const isNonInterrupting = (event: Element): boolean =>
  event.cancelActivity === false || (event.$type === 'bpmn:StartEvent' && event.isInterrupting === false)

const isConditional = (event: Element): boolean =>
  listOf(event, 'eventDefinitions').some(({ $type }) => $type === 'bpmn:ConditionalEventDefinition')

function adaptEvent(event: Element, references: References, ends: ReadonlySet<string>): void {
  const waits = event.$type === 'bpmn:IntermediateCatchEvent'
  if (listOf(event, 'eventDefinitions').length === 0 && (waits || ends.has(event.id))) {
    append(event, 'eventDefinitions', create('bpmn:MessageEventDefinition'))
  }
  for (const definition of listOf(event, 'eventDefinitions')) references.complete(definition, event)
}

/** Errors and escalations without code are told apart by their element, not by nothing. */
function giveCodes(definitions: Element): void {
  for (const root of listOf(definitions, 'rootElements')) {
    if (root.$type === 'bpmn:Error') root.errorCode ??= root.id
    if (root.$type === 'bpmn:Escalation') root.escalationCode ??= root.id
  }
}

export function adapt(definitions: Element, held: ReadonlySet<string>): Adapted {
  const collaborations = listOf(definitions, 'rootElements').filter(
    ({ $type }) => $type === 'bpmn:Collaboration',
  )
  const drawn = collaborations.flatMap((collaboration) => listOf(collaboration, 'messageFlows'))
  const participants = collaborations.flatMap((collaboration) => listOf(collaboration, 'participants'))
  const targets = new Map(
    drawn.map((flow) => [oneOf(flow, 'sourceRef')?.id ?? '', oneOf(flow, 'targetRef')?.id ?? '']),
  )
  const sends = new Set(targets.keys())
  const ends = new Set([...targets.keys(), ...targets.values()])
  const references = new References(definitions, targets)
  const defaults = new Map<string, readonly string[]>()
  giveCodes(definitions)
  for (const process of processesOf(definitions)) {
    process.isExecutable = true
    for (const element of flowElementsOf(process)) if (isTask(element)) adaptTask(element, held, sends)
    for (const element of flowElementsOf(process)) {
      if (/(?:Exclusive|Inclusive)Gateway$/.test(element.$type)) {
        defaults.set(element.id, adaptGateway(element))
      } else if (/Event$/.test(element.$type)) adaptEvent(element, references, ends)
      else if (/(?:Send|Receive)Task$/.test(element.$type)) references.complete(element, element)
    }
  }
  return {
    defaults,
    messageFlows: drawn.map((flow) => ({
      id: flow.id,
      source: oneOf(flow, 'sourceRef')?.id ?? '',
      message: messageNameOf(oneOf(flow, 'targetRef')?.id ?? ''),
    })),
    conditional: new Set(
      processesOf(definitions)
        .flatMap(flowElementsOf)
        .filter(isConditional)
        .map(({ id }) => id),
    ),
    pools: new Map(participants.map((pool) => [oneOf(pool, 'processRef')?.id ?? '', pool.id])),
  }
}
