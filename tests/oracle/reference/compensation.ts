/** Undoing what has completed (BPMN 2.0.2 §13.5.5), and transactions (§13.3.4). */
import { isDeepStrictEqual } from 'node:util'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { BoundaryEventNode, Effect, ElementId, EventSubProcessNode } from '@braid/core/model/program.ts'
import { endsInside } from './endings.ts'
import { type CompensationRecord, Disagreement, type Living } from './living.ts'
import { isCompensating, type Machine } from './machine.ts'

/** The activity that undoes the one at hand. */
export function handlerOf(machine: Machine, { node, role }: Living): ElementId | undefined {
  // Each run of a loop is undone for itself.
  if (role === 'body') return undefined
  const real = machine.node(node.id)
  if (!('boundaryEvents' in real)) return undefined
  for (const id of real.boundaryEvents) {
    const { trigger } = machine.node(id) as BoundaryEventNode
    if (trigger.kind === 'compensation' && trigger.handler !== undefined) return trigger.handler
  }
  return undefined
}

/** The event sub-process that undoes the sub-process. */
function compensatingIn(machine: Machine, { node }: Living): EventSubProcessNode | undefined {
  if (!('eventSubProcesses' in node)) return undefined
  const inside = node.eventSubProcesses.map((id) => machine.node(id) as EventSubProcessNode)
  return inside.find((candidate) => isCompensating(machine, candidate))
}

const isScope = ({ node }: Living): boolean =>
  node.type === 'sub-process' ||
  node.type === 'ad-hoc-sub-process' ||
  node.type === 'event-sub-process' ||
  node.type === 'loop'

/** The scope around keeps a record of what has completed and can be undone. */
export function recordCompletion(machine: Machine, living: Living, snapshot: JsonObject | undefined): void {
  const { scope, node, records, variables, results } = living
  const handler = handlerOf(machine, living)
  const hasInside = isScope(living) && (records.length > 0 || compensatingIn(machine, living) !== undefined)
  const isRecorded = scope !== undefined && !living.undoes && (handler !== undefined || hasInside)
  if (isRecorded !== (snapshot !== undefined))
    throw new Disagreement(`${node.id} completes ${isRecorded ? 'without' : 'with'} data to undo it with`)
  if (!isRecorded || scope === undefined || snapshot === undefined) return
  const data = isScope(living) ? variables : { ...variables, ...results }
  if (!isDeepStrictEqual({ ...snapshot }, { ...data }))
    throw new Disagreement(`${node.id} keeps ${JSON.stringify(snapshot)}, expected ${JSON.stringify(data)}`)
  machine.completions += 1
  scope.records.push({
    node,
    order: machine.completions,
    data,
    inside: records,
    ...(handler === undefined ? {} : { handler }),
  })
}

/** Takes from the scopes what is to be undone, the last completed first. */
function claim(living: Living, scopes: readonly Living[], activity?: string): void {
  for (const scope of scopes) {
    const isMeant = ({ node }: CompensationRecord): boolean => activity === undefined || node.id === activity
    living.undoing.push(...scope.records.filter(isMeant))
    scope.records = scope.records.filter((record) => !isMeant(record))
  }
  living.undoing.sort((a, b) => b.order - a.order)
}

type Asked = { readonly activity?: string | undefined; readonly left?: true; readonly cancels?: true }

/** From the moment at which it is said on, what is to be undone is nobody else's. */
function expectStart(
  machine: Machine,
  living: Living,
  scopes: readonly Living[],
  { activity, left, cancels }: Asked,
  then: () => void,
): void {
  machine.expect({
    owner: living,
    says: `${living.node.id} begins to undo`,
    isIt: (event) =>
      event.type === 'compensation-started' &&
      event.key === living.key &&
      event.activity === activity &&
      event.left === left &&
      event.cancels === cancels &&
      isDeepStrictEqual([...event.from].sort(), scopes.map(({ key }) => key).sort()),
    happen: () => {
      claim(living, scopes, activity)
      then()
    },
  })
}

export function throwCompensation(
  machine: Machine,
  thrower: Living,
  { activity, wait }: Extract<Effect, { readonly kind: 'compensation' }>,
  then: () => void,
): void {
  const { scope } = thrower
  if (scope === undefined) return
  const around = scope.node.type === 'event-sub-process' && scope.scope !== undefined ? [scope.scope] : []
  const asked: Asked = { activity, ...(wait ? {} : { left: true as const }) }
  expectStart(machine, thrower, [scope, ...around], asked, () => {
    if (!wait) {
      // The token goes on at once; what undoes stays with the event.
      machine.takeFlows(thrower)
      thrower.afterwards = () => undefined
    }
    undo(machine, thrower, then)
  })
}

/** One after the other, inside of the element that asked for it. */
function undo(machine: Machine, inside: Living, then: () => void): void {
  const record = inside.undoing.shift()
  if (record === undefined) {
    then()
    return
  }
  const afterwards = (): void => undo(machine, inside, then)
  const { handler, data, node } = record
  if (handler !== undefined) {
    machine.activate(handler, inside, { role: 'handler', variables: data, afterwards })
    return
  }
  machine.activate(node.id, inside, {
    role: 'undo',
    node,
    variables: data,
    afterwards,
    enter: (living) => undoInside(machine, living, record),
  })
}

/** A scope undoes itself by its event sub-process for that, or else by what is inside. */
function undoInside(machine: Machine, living: Living, { inside }: CompensationRecord): void {
  const esp = compensatingIn(machine, living)
  living.records = [...inside]
  if (esp === undefined) {
    expectStart(machine, living, [living], {}, () => undo(machine, living, () => machine.complete(living)))
    return
  }
  const [start = ''] = esp.triggeredStarts
  machine.activate(esp.id, living, {
    start,
    afterwards: () => machine.complete(living),
    enter: (handler) => machine.activate(start, handler),
  })
}

/** Everything in the nearest transaction ends, what completed in it is undone, and it leaves by its cancel event. */
export function cancelTransaction(machine: Machine, thrower: Living): void {
  let transaction = thrower.scope
  while (transaction !== undefined && !isTransaction(transaction)) transaction = transaction.scope
  if (transaction === undefined) return
  const canceled = transaction
  machine.expect({
    owner: thrower,
    says: `${canceled.node.id} is canceled`,
    isIt: () => false,
    mayShowBy: (event) => endsInside(machine, event, canceled),
    happen: () => cancel(machine, canceled, thrower),
  })
}

function cancel(machine: Machine, canceled: Living, thrower: Living): void {
  thrower.mayComplete = true
  machine.interrupt(canceled)
  canceled.interrupted = true
  for (const wait of canceled.waits.values()) wait.closing = 'may'
  canceled.whenEmpty = () =>
    expectStart(machine, canceled, [canceled], { cancels: true }, () =>
      undo(machine, canceled, () => leaveByCancel(machine, canceled)),
    )
}

const isTransaction = ({ node }: Living): boolean => node.type === 'sub-process' && node.transaction === true

function leaveByCancel(machine: Machine, transaction: Living): void {
  const { node, scope } = transaction
  const events = 'boundaryEvents' in node ? node.boundaryEvents : []
  const event = events.find((id) => (machine.node(id) as BoundaryEventNode).trigger.kind === 'cancel')
  machine.doom(transaction)
  transaction.mayComplete = true
  if (event !== undefined && scope !== undefined) machine.activate(event, scope)
}
