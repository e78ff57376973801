/** Events that wait: at boundaries, in event sub-processes, in the flow (BPMN 2.0.2 §13.5). */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Event, EventOf } from '@braid/core/engine/event.ts'
import type {
  BoundaryEventNode,
  ElementId,
  EventSubProcessNode,
  StartEventNode,
  Trigger,
} from '@braid/core/model/program.ts'
import { watch } from './conditions.ts'
import { type Arming, Disagreement, type Living, type Wait } from './living.ts'
import type { Machine } from './machine.ts'
import { evaluate, merge, set } from './variables.ts'

type Awaited = Extract<Trigger, { readonly kind: 'message' | 'timer' | 'signal' | 'conditional' }>

const partsOf = (trigger: Trigger): readonly Trigger[] =>
  trigger.kind === 'multiple' ? trigger.triggers : [trigger]
const isAwaited = (trigger: Trigger): trigger is Awaited =>
  trigger.kind === 'message' ||
  trigger.kind === 'timer' ||
  trigger.kind === 'signal' ||
  trigger.kind === 'conditional'

/** Opens what the trigger waits for at the owner; errors and the like are thrown, and wait for nothing. */
export function arm(
  machine: Machine,
  owner: Living,
  element: ElementId,
  trigger: Trigger,
  { once, fire }: Pick<Arming, 'once' | 'fire'>,
): void {
  const triggers = partsOf(trigger)
  const parallel = trigger.kind === 'multiple' && trigger.parallel
  const arming: Arming = { owner, element, triggers, parallel, once, payloads: new Map(), fire }
  for (const part of triggers.keys()) open(machine, arming, part)
}

function open(machine: Machine, arming: Arming, part: number, repetitions?: number, optional = false): void {
  const { owner, element, triggers } = arming
  const trigger = triggers[part]
  if (trigger === undefined || !isAwaited(trigger)) return
  machine.expect({
    owner,
    optional,
    says: `${element} waits for ${trigger.kind} at ${owner.node.id}`,
    isIt: (event) => opens(machine, event, arming, part, trigger),
    happen: (event) => opened(machine, event as Opening, arming, part, repetitions),
  })
}

type Opening = EventOf<'timer-armed' | 'subscription-opened' | 'condition-awaited'>

function opens(machine: Machine, event: Event, arming: Arming, part: number, trigger: Awaited): boolean {
  const { owner, element, triggers } = arming
  if (!('elementInstanceKey' in event) || event.elementInstanceKey !== owner.key) return false
  if (!('element' in event) || event.element !== element) return false
  if (triggers.length > 1 && 'part' in event && event.part !== part) return false
  if (trigger.kind === 'timer') return event.type === 'timer-armed'
  if (trigger.kind === 'conditional') return event.type === 'condition-awaited'
  if (event.type !== 'subscription-opened' || event.kind !== trigger.kind) return false
  if (event.name !== String(evaluate(machine, trigger.name, owner))) return false
  if (trigger.kind === 'signal' || trigger.correlationKey === undefined) return true
  return event.correlationKey === String(evaluate(machine, trigger.correlationKey, owner))
}

function opened(machine: Machine, event: Opening, arming: Arming, part: number, repetitions?: number): void {
  const { owner, element, triggers } = arming
  const kind =
    event.type === 'timer-armed' ? 'timer' : event.type === 'condition-awaited' ? 'condition' : event.kind
  const wait: Wait = {
    kind,
    owner,
    element,
    part,
    occur: (payload) => occurs(machine, arming, wait, payload),
  }
  if (event.type === 'subscription-opened') wait.name = event.name
  if (event.type === 'timer-armed') {
    wait.due = event.due
    if (event.repetitions !== undefined) wait.repetitions = event.repetitions
    checkDue(machine, event, triggers[part], repetitions)
  }
  machine.waits.set(event.key, wait)
  owner.waits.set(event.key, wait)
  const trigger = triggers[part]
  if (trigger?.kind === 'conditional') watch(machine, wait, trigger.condition)
}

const secondsOf = /^(?:R(\d*)\/)?PT(\d+)S$/

/** Constant timers of whole seconds are due when they say. */
function checkDue(
  { now }: Machine,
  event: EventOf<'timer-armed'>,
  trigger: Trigger | undefined,
  repetitions: number | undefined,
): void {
  if (trigger?.kind !== 'timer' || !('value' in trigger.value)) return
  const [text, times, seconds] = secondsOf.exec(String(trigger.value.value)) ?? []
  if (text === undefined) return
  const first = times === undefined || times === '' ? undefined : Number(times) - 1
  const due: Instant = now + Number(seconds) * 1000
  const isFirst = repetitions === undefined
  if (isFirst && event.due !== due)
    throw new Disagreement(`${event.element} is due at ${event.due}, expected ${due}`)
  const expected = repetitions ?? first
  if (expected !== undefined && event.repetitions !== expected)
    throw new Disagreement(`${event.element} repeats ${event.repetitions} times more, expected ${expected}`)
}

/** One trigger of the event occurred. */
function occurs(machine: Machine, arming: Arming, wait: Wait, payload: JsonObject): void {
  const { owner, element, triggers, once, parallel, fire } = arming
  const mine = (): readonly Wait[] => [...owner.waits.values()].filter((other) => other.element === element)
  if (parallel) {
    arming.payloads.delete(wait.part ?? 0)
    arming.payloads.set(wait.part ?? 0, payload)
    wait.closing = 'may'
    const isComplete = triggers.every((_, part) => arming.payloads.has(part))
    if (!isComplete) return
  }
  const merged = parallel ? Object.assign({}, ...arming.payloads.values()) : payload
  if (once) for (const other of mine()) other.closing = 'must'
  else if (triggers.length > 1) rearm(machine, arming, mine())
  fire(merged)
}

/** A non-interrupting event of several triggers waits for all of them again. */
function rearm(machine: Machine, arming: Arming, waits: readonly Wait[]): void {
  arming.payloads.clear()
  for (const wait of waits) wait.closing = 'may'
  for (const [part, trigger] of arming.triggers.entries()) {
    const isOpen = waits.some((wait) => wait.part === part && machine.waits.has(keyOf(machine, wait)))
    open(machine, arming, part, undefined, isOpen || (trigger.kind === 'timer' && !arming.parallel))
  }
}

const keyOf = (machine: Machine, wait: Wait) =>
  [...machine.waits].find(([, other]) => other === wait)?.[0] ?? (-1 as never)

/** A timer fired: a cycle goes on, unless it interrupts. */
export function timerFired(machine: Machine, wait: Wait): void {
  const { owner, element, repetitions } = wait
  const node = machine.node(element)
  const interrupts = !('interrupting' in node) || node.interrupting
  if (repetitions !== undefined && repetitions !== 0 && !interrupts) {
    const left = repetitions === -1 ? -1 : repetitions - 1
    machine.expect({
      owner,
      says: `the timer of ${element} is armed again`,
      isIt: (event) =>
        event.type === 'timer-armed' && event.elementInstanceKey === owner.key && event.element === element,
      happen: (event) => {
        const armed = event as EventOf<'timer-armed'>
        if (armed.repetitions !== left)
          throw new Disagreement(`${element} repeats ${armed.repetitions} times more, expected ${left}`)
        const again: Wait = { ...wait, due: armed.due, repetitions: left }
        machine.waits.set(armed.key, again)
        owner.waits.set(armed.key, again)
      },
    })
  }
  wait.occur({})
}

export function armBoundary(machine: Machine, host: Living): void {
  const { node } = host
  if (host.role === 'run' || host.role === 'undo' || !('boundaryEvents' in node)) return
  for (const id of node.boundaryEvents) {
    const event = machine.node(id) as BoundaryEventNode
    arm(machine, host, id, event.trigger, {
      once: event.interrupting,
      fire: (payload) => boundaryFires(machine, host, event, payload),
    })
  }
}

/** The token leaves by the boundary event; an interrupting one ends its host. */
export function boundaryFires(
  machine: Machine,
  host: Living,
  event: BoundaryEventNode,
  payload: JsonObject,
): void {
  const { scope } = host
  if (scope === undefined) return
  if (event.interrupting) machine.doom(host)
  machine.activate(event.id, scope, {
    enter: (living) => merge(machine, living, payload, () => machine.complete(living)),
  })
}

const startsOf = (machine: Machine, esp: EventSubProcessNode): readonly StartEventNode[] =>
  esp.triggeredStarts.map((id) => machine.node(id) as StartEventNode)

export function eventSubProcessesOf(
  machine: Machine,
  scope: Living,
): readonly (readonly [EventSubProcessNode, StartEventNode])[] {
  const { node } = scope
  if (!('eventSubProcesses' in node)) return []
  return node.eventSubProcesses.flatMap((id) => {
    const esp = machine.node(id) as EventSubProcessNode
    return startsOf(machine, esp).map((start) => [esp, start] as const)
  })
}

export function armEventSubProcesses(machine: Machine, scope: Living): void {
  for (const [esp, start] of eventSubProcessesOf(machine, scope)) {
    arm(machine, scope, start.id, start.trigger, {
      once: start.interrupting,
      fire: (payload) => startEventSubProcess(machine, scope, esp, start, payload),
    })
  }
}

/** An interrupting start ends all else in the scope, and no other handler starts any more (§13.5.4). */
export function startEventSubProcess(
  machine: Machine,
  scope: Living,
  esp: EventSubProcessNode,
  start: StartEventNode,
  payload: JsonObject,
): void {
  if (start.interrupting) {
    machine.interrupt(scope)
    scope.interrupted = true
    const isStart = ({ element }: Wait): boolean => machine.node(element).type === 'start-event'
    for (const wait of scope.waits.values()) if (isStart(wait)) wait.closing = 'must'
    machine.steps = machine.steps.filter((step) => step.owner !== scope || !step.of || !isStart(step.of))
  }
  machine.activate(esp.id, scope, {
    start: start.id,
    enter: (living) => {
      armEventSubProcesses(machine, living)
      set(machine, living, payload, () => undefined)
      machine.activate(start.id, living)
    },
  })
}
