/** Errors and escalations travel outwards to the nearest that catches them (BPMN 2.0.2 §10.5.7, §13.5.2–3). */
import type { JsonObject } from '@braid/core/base/json.ts'
import type { EventOf } from '@braid/core/engine/event.ts'
import type {
  BoundaryEventNode,
  EventSubProcessNode,
  StartEventNode,
  Trigger,
} from '@braid/core/model/program.ts'
import { boundaryFires, eventSubProcessesOf, startEventSubProcess } from './armings.ts'
import type { Living, Step } from './living.ts'
import type { Machine } from './machine.ts'

type Kind = 'error' | 'escalation'
type Catcher =
  | { readonly event: BoundaryEventNode; readonly host: Living }
  | { readonly event: StartEventNode; readonly host: Living; readonly esp: EventSubProcessNode }

const codesOf = (trigger: Trigger, kind: Kind): readonly (string | undefined)[] => {
  const parts = trigger.kind === 'multiple' && !trigger.parallel ? trigger.triggers : [trigger]
  return parts.flatMap((part) => (part.kind === kind ? [part.code] : []))
}

/** Of the candidates in one place the one that names the code, else one that catches all. */
function best<C extends { readonly event: { readonly trigger: Trigger } }>(
  candidates: readonly C[],
  kind: Kind,
  code: string,
): C | undefined {
  const catches = (wanted: string | undefined) => (candidate: C) =>
    codesOf(candidate.event.trigger, kind).includes(wanted)
  return candidates.find(catches(code)) ?? candidates.find(catches(undefined))
}

export function catcherOf(machine: Machine, thrower: Living, kind: Kind, code: string): Catcher | undefined {
  // What comes out of an event sub-process is not for those beside it: the scope around has handed over to it.
  let isBeside = false
  for (let at: Living | undefined = thrower; at !== undefined; at = at.scope) {
    const host: Living = at
    const mayCatch = host !== thrower && !host.interrupted && !isBeside
    isBeside = host.node.type === 'event-sub-process'
    if (mayCatch) {
      const starts = eventSubProcessesOf(machine, host).map(([esp, event]) => ({ event, host, esp }))
      const start = best(starts, kind, code)
      if (start !== undefined) return start
    }
    if (host.role === 'run' || host.role === 'undo' || !('boundaryEvents' in host.node)) continue
    const events = host.node.boundaryEvents.map((id) => machine.node(id) as BoundaryEventNode)
    const event = best(
      events.map((candidate) => ({ event: candidate, host })),
      kind,
      code,
    )
    if (event !== undefined) return event
  }
  return undefined
}

/** Says that it was caught, then goes on at the catcher; `onwards` for throwers that are not ended by it. */
function expectCaught(
  machine: Machine,
  thrower: Living,
  kind: Kind,
  code: string,
  catcher: Catcher,
  payload: JsonObject,
  onwards: () => void,
): void {
  machine.expect({
    owner: thrower,
    says: `${kind} ${code} of ${thrower.node.id} is caught by ${catcher.event.id}`,
    isIt: (event) =>
      event.type === 'error-caught' &&
      event.kind === kind &&
      event.code === code &&
      event.thrownBy === thrower.key &&
      event.caughtBy === catcher.event.id,
    happen: () => {
      if ('esp' in catcher) startEventSubProcess(machine, catcher.host, catcher.esp, catcher.event, payload)
      else boundaryFires(machine, catcher.host, catcher.event, payload)
      if (thrower.phase !== 'doomed') onwards()
    },
  })
}

const isWantedAbove = ({ created }: Machine, code: string): boolean => {
  const catches = created?.parent?.catches
  return catches === '*' || catches?.includes(code) === true
}

/** `retry`: of throwers outside, who get an incident where nobody catches it; an end event ends the instance. */
export function throwError(
  machine: Machine,
  thrower: Living,
  code: string,
  payload: JsonObject,
  retry?: () => void,
): void {
  const catcher = catcherOf(machine, thrower, 'error', code)
  if (catcher !== undefined) {
    expectCaught(machine, thrower, 'error', code, catcher, payload, () => machine.doom(thrower))
  } else if (retry !== undefined && !isWantedAbove(machine, code)) {
    machine.expectTrouble(thrower, 'UNHANDLED_ERROR_EVENT', retry)
  } else {
    machine.expect({
      owner: thrower,
      says: `nobody catches error ${code} of ${thrower.node.id}`,
      isIt: (event) =>
        event.type === 'error-uncaught' && event.code === code && event.thrownBy === thrower.key,
      happen: () => {
        if (machine.root !== undefined) machine.doom(machine.root)
        notifyParent(machine, 'error')
      },
    })
  }
}

export function escalate(
  machine: Machine,
  thrower: Living,
  code: string,
  payload: JsonObject,
  onwards: () => void,
): void {
  const catcher = catcherOf(machine, thrower, 'escalation', code)
  if (catcher !== undefined) {
    expectCaught(machine, thrower, 'escalation', code, catcher, payload, onwards)
    return
  }
  if (machine.created?.parent === undefined) onwards()
  else machine.expect(toldOf('escalation', thrower, onwards))
}

/** A called instance tells its caller; the root is not living any more when this comes after its end. */
export function notifyParent(machine: Machine, kind: Outcome): void {
  if (machine.created?.parent === undefined || machine.root === undefined) return
  machine.expect({ ...toldOf(kind, machine.root, () => undefined), ends: true })
}

type Outcome = EventOf<'parent-notified'>['outcome']['kind']

/** Of what is thrown nobody is told when the thrower is interrupted before. */
const toldOf = (kind: Outcome, owner: Living, then: () => void): Step => ({
  owner,
  says: `the caller is told of ${kind}`,
  isIt: (event) => event.type === 'parent-notified' && event.outcome.kind === kind,
  happen: then,
})
