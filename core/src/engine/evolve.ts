/** How each event changes the state. Total: an event that was emitted always applies. */
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId } from '../model/program.ts'
import type { Event, EventOf, EventType, InstanceCreated } from './event.ts'
import { migrateState } from './evolve-migration.ts'
import {
  type CompensationRecord,
  type ElementExtras,
  type ElementInstance,
  extrasOf,
  type InstanceState,
  type JobWait,
  noExtras,
  noTokens,
  noWaits,
  tokensOf,
  type Wait,
} from './state.ts'

/** The state right after an instance came to be, before its process element is activated. */
export function initialState(event: InstanceCreated): InstanceState {
  const { key, definitionKey, processId, parent, businessId, startKey } = event
  const state: InstanceState = {
    key,
    definitionKey,
    processId,
    status: 'active',
    elements: new Map(),
    owners: new Map(),
    conditions: new Map(),
    incidents: new Map(),
    result: {},
    suspended: false,
    kept: [],
  }
  if (parent === undefined && businessId === undefined && startKey === undefined) return state
  return {
    ...state,
    ...(parent === undefined ? {} : { parent }),
    ...(businessId === undefined ? {} : { businessId }),
    ...(startKey === undefined ? {} : { startKey }),
  }
}

function elementOf(state: InstanceState, key: Key): ElementInstance {
  const element = state.elements.get(key)
  if (element === undefined)
    throw new Error(`event for element instance ${key}, which is not alive in ${state.key}`)
  return element
}

function addWait(state: InstanceState, owner: Key, wait: Wait): void {
  const element = elementOf(state, owner)
  element.waits = element.waits.length === 0 ? [wait] : [...element.waits, wait]
  // Its triggers are awaited anew: what came with the earlier ones is over.
  if ('part' in wait) forgetMatches(element, wait.element)
  state.owners.set(wait.key, owner)
  if (wait.kind === 'condition') state.conditions.set(wait.key, owner)
}

function removeWait(state: InstanceState, key: Key): void {
  const owner = state.owners.get(key)
  if (owner === undefined) throw new Error(`event for wait ${key}, which is not open in ${state.key}`)
  state.owners.delete(key)
  if (state.conditions.size > 0) state.conditions.delete(key)
  const element = elementOf(state, owner)
  element.waits = element.waits.length === 1 ? noWaits : element.waits.filter((wait) => wait.key !== key)
}

function changeWait(state: InstanceState, key: Key, change: (wait: Wait) => Wait): void {
  const owner = state.owners.get(key)
  if (owner === undefined) throw new Error(`event for wait ${key}, which is not open in ${state.key}`)
  const element = elementOf(state, owner)
  element.waits = element.waits.map((wait) => (wait.key === key ? change(wait) : wait))
}

function withoutPending(wait: Wait): Wait {
  if (wait.kind !== 'user-task') return wait
  const { pending: _, ...task } = wait
  return task
}

/** Takes it out of the tree; gives the scope around it. */
function removeElement(state: InstanceState, element: ElementInstance): ElementInstance | undefined {
  state.elements.delete(element.key)
  if (element.scope === undefined) {
    state.result = element.variables
    return undefined
  }
  const scope = elementOf(state, element.scope)
  scope.children -= 1
  return scope
}

function complete(state: InstanceState, event: EventOf<'element-completed'>): void {
  const element = elementOf(state, event.key)
  const scope = removeElement(state, element)
  if (scope === undefined) return
  if (element.extras === noExtras && event.snapshot === undefined) return
  const { index, records } = element.extras
  const { loop } = scope.extras
  if (loop !== undefined && index !== undefined) {
    loop.completed += 1
    if (loop.results !== undefined) {
      while (loop.results.length < index) loop.results.push(null)
      loop.results[index - 1] = event.result ?? null
    }
  }
  if (event.snapshot === undefined) return
  const around = extrasOf(scope)
  around.records ??= []
  around.records.push({
    key: event.key,
    element: event.element,
    ...(index === undefined ? {} : { index }),
    snapshot: event.snapshot,
    ...(records === undefined ? {} : { records }),
  })
}

function terminate(state: InstanceState, event: EventOf<'element-terminated'>): void {
  const element = elementOf(state, event.key)
  const loop = removeElement(state, element)?.extras.loop
  if (loop !== undefined && element.extras.index !== undefined) loop.terminated += 1
}

function takeToken(scope: ElementInstance, flow: string): void {
  const left = (scope.tokens.get(flow) ?? 0) - 1
  if (left < 0) throw new Error(`no token on flow ${flow} in scope ${scope.key}`)
  const tokens = tokensOf(scope)
  if (left === 0) tokens.delete(flow)
  else tokens.set(flow, left)
}

/** The record leaves the queue of the scope where it is undone; what it holds can be undone in the new instance. */
function takeRecord(scope: ElementInstance, key: Key): CompensationRecord {
  const { queue = [] } = scope.extras
  const record = queue.pop()
  if (record?.key !== key)
    throw new Error(`compensation of ${key} in ${scope.key}, which is not next to undo`)
  return record
}

function extrasOnEntry(
  event: EventOf<'element-activated'>,
  scope: ElementInstance | undefined,
): ElementExtras {
  const { index, start, role, record, begin, given } = event
  if (index === undefined && start === undefined && role === undefined && !begin && !given) return noExtras
  const undone = record === undefined || scope === undefined ? undefined : takeRecord(scope, record)
  return {
    ...(index === undefined ? {} : { index }),
    ...(start === undefined ? {} : { start }),
    ...(begin === undefined ? {} : { begin }),
    ...(given === undefined ? {} : { given }),
    ...(role === undefined ? {} : { role }),
    ...(role === 'undo' && undone?.records !== undefined ? { records: [...undone.records] } : {}),
  }
}

function startCompensation(state: InstanceState, event: EventOf<'compensation-started'>): void {
  const queue: CompensationRecord[] = []
  for (const key of event.from) {
    const extras = extrasOf(elementOf(state, key))
    const kept: CompensationRecord[] = []
    for (const record of extras.records ?? []) {
      if (event.activity === undefined || record.element === event.activity) queue.push(record)
      else kept.push(record)
    }
    if (kept.length > 0) extras.records = kept
    else delete extras.records
  }
  const own = extrasOf(elementOf(state, event.key))
  own.queue = queue
  if (event.left === true) own.left = true
  if (event.cancels === true) own.cancels = true
}

function forgetMatches({ extras }: ElementInstance, event: ElementId): void {
  if (extras.matched?.[event] === undefined) return
  const { [event]: _, ...others } = extras.matched
  extras.matched = others
}

function matchTrigger(state: InstanceState, event: EventOf<'trigger-matched'>): void {
  const extras = extrasOf(elementOf(state, event.elementInstanceKey))
  const { [event.element]: before, ...others } = extras.matched ?? {}
  extras.matched =
    event.last === true ? others : { ...others, [event.element]: { ...before, ...event.variables } }
}

/** Shared: variables are replaced, never written to. */
const noVariables: JsonObject = {}

function activate(state: InstanceState, event: EventOf<'element-activated'>): void {
  const scope = event.scope === undefined ? undefined : elementOf(state, event.scope)
  state.elements.set(event.key, {
    key: event.key,
    element: event.element,
    scope: event.scope,
    extras: extrasOnEntry(event, scope),
    children: 0,
    tokens: noTokens,
    waits: noWaits,
    variables: noVariables,
  })
  if (scope === undefined) return
  scope.children += 1
  if (event.consumed !== undefined) for (const flow of event.consumed) takeToken(scope, flow)
  if (scope.extras === noExtras && event.role === undefined) return
  const { loop, enabled, begin } = scope.extras
  // It happens as a whole.
  if (begin !== undefined) delete scope.extras.begin
  if (loop !== undefined && event.index !== undefined) loop.started += 1
  if (event.role === 'handler' && event.record === undefined) extrasOf(scope).handled = true
  if (enabled !== undefined) scope.extras.enabled = enabled.filter((element) => element !== event.element)
}

function countLoop(state: InstanceState, { key, count, collects, open }: EventOf<'loop-counted'>): void {
  const extras = extrasOf(elementOf(state, key))
  extras.loop ??= {
    ...{ count, started: 0, completed: 0, terminated: 0 },
    ...(collects === true ? { results: [] } : {}),
  }
  const { loop } = extras
  loop.count = count
  if (open === true) loop.open = true
  else if (loop.open !== undefined) delete loop.open
}

const nothing = (): void => {}
const closeWait = (state: InstanceState, event: { readonly key: Key }): void => removeWait(state, event.key)

const changes = {
  'instance-created': nothing,
  'instance-completed': (state) => {
    state.status = 'completed'
  },
  'instance-terminated': (state) => {
    state.status = 'terminated'
  },
  'element-activated': activate,
  'element-completed': complete,
  'element-terminated': terminate,
  'flow-taken': (state, event) => {
    if (event.waits !== true) return
    const scope = elementOf(state, event.scope)
    if (scope.extras.begin !== undefined) delete scope.extras.begin
    const tokens = tokensOf(scope)
    tokens.set(event.flow, (tokens.get(event.flow) ?? 0) + 1)
  },
  'tokens-dropped': (state, event) => {
    elementOf(state, event.scope).tokens = noTokens
  },
  'loop-counted': countLoop,
  'elements-enabled': (state, { key, elements }) => {
    extrasOf(elementOf(state, key)).enabled = elements
  },
  'gateway-fired': (state, { scope, gateway, flows }) => {
    const extras = extrasOf(elementOf(state, scope))
    extras.fired = { ...extras.fired, [gateway]: flows }
  },
  'gateway-reset': (state, { scope, gateway }) => {
    const extras = extrasOf(elementOf(state, scope))
    const { [gateway]: _, ...others } = extras.fired ?? {}
    extras.fired = others
  },
  'compensation-started': startCompensation,
  'variables-set': (state, event) => {
    const element = elementOf(state, event.scope)
    element.variables =
      element.variables === noVariables ? event.variables : { ...element.variables, ...event.variables }
  },
  'job-created': (state, { key, jobType, retries, elementInstanceKey, listener, items, priority }) => {
    let wait: JobWait = { kind: 'job', key, jobType, retries }
    if (listener !== undefined) wait = { ...wait, listener }
    if (items !== undefined) wait = { ...wait, items }
    if (priority !== undefined) wait = { ...wait, priority }
    addWait(state, elementInstanceKey, wait)
  },
  'job-completed': closeWait,
  'job-failed': (state, event) =>
    changeWait(state, event.key, (wait) => ({ ...wait, retries: event.retries })),
  'job-error-thrown': closeWait,
  'job-retries-updated': (state, event) =>
    changeWait(state, event.key, (wait) => ({ ...wait, retries: event.retries })),
  'job-canceled': closeWait,
  'jobs-published': nothing,
  'user-task-created': (state, event) => {
    const { type: _, element: __, name: ___, formId: ____, externalFormReference: _____, ...wait } = event
    const { elementInstanceKey, ...fields } = wait
    addWait(state, elementInstanceKey, { kind: 'user-task', ...fields })
  },
  'user-task-updated': (state, { type: _, key, action: __, ...changed }) =>
    changeWait(state, key, (wait) => ({ ...withoutPending(wait), ...changed })),
  'user-task-change-pending': (state, { type: _, key, ...pending }) =>
    changeWait(state, key, (wait) => ({ ...wait, pending })),
  'user-task-change-denied': (state, { key }) => changeWait(state, key, withoutPending),
  'user-task-completed': closeWait,
  'user-task-canceled': closeWait,
  'timer-armed': (state, { type: _, elementInstanceKey, ...timer }) =>
    addWait(state, elementInstanceKey, { kind: 'timer', ...timer }),
  'timer-fired': closeWait,
  'timer-canceled': closeWait,
  'subscription-opened': (state, { type: _, elementInstanceKey, ...subscription }) =>
    addWait(state, elementInstanceKey, subscription),
  'subscription-closed': closeWait,
  'subscription-triggered': nothing,
  'condition-awaited': (state, { type: _, elementInstanceKey, ...condition }) =>
    addWait(state, elementInstanceKey, { kind: 'condition', ...condition }),
  'condition-changed': (state, event) =>
    changeWait(state, event.key, (wait) => ({ ...wait, met: event.met })),
  'condition-dropped': closeWait,
  'trigger-matched': matchTrigger,
  'activation-awaited': (state, { key, elementInstanceKey }) =>
    addWait(state, elementInstanceKey, { kind: 'activation', key }),
  'activation-dropped': closeWait,
  'message-published': nothing,
  'signal-broadcast': nothing,
  'call-started': (state, event) =>
    addWait(state, event.elementInstanceKey, { kind: 'call', key: event.childKey }),
  'call-canceled': (state, event) => removeWait(state, event.childKey),
  'call-ended': (state, event) => removeWait(state, event.childKey),
  'parent-notified': nothing,
  'escalation-received': nothing,
  'error-caught': nothing,
  'error-uncaught': nothing,
  'incident-raised': (state, event) => {
    const { type: _, element: __, incidentType, ...incident } = event
    state.incidents.set(event.key, { ...incident, type: incidentType })
  },
  'incident-resolved': (state, event) => {
    state.incidents.delete(event.key)
  },
  'instance-suspended': (state) => {
    state.suspended = true
  },
  'instance-resumed': (state) => {
    state.suspended = false
    state.kept = []
  },
  'instance-modified': nothing,
  'instance-migrated': migrateState,
  'command-kept': (state, event) => {
    state.kept = [...state.kept, event.command]
  },
} as const satisfies { [T in EventType]: (state: InstanceState, event: EventOf<T>) => void }

/** By type of event: a map finds one of so many sooner than an object does. */
const changeOf: ReadonlyMap<string, (state: InstanceState, event: never) => void> = new Map(
  Object.entries(changes),
)

/** Applies one event to a state that the caller owns. Throws when the event can't have come from this state. */
export function evolve(state: InstanceState, event: Event): void {
  // The table is exhaustive by type; TypeScript cannot tie the key to the argument.
  const change = changeOf.get(event.type) as (state: InstanceState, event: Event) => void
  change(state, event)
}

/** The state that a whole log leads to. The first event is `instance-created`. */
export function replay(events: Iterable<Event>): InstanceState | undefined {
  let state: InstanceState | undefined
  for (const event of events) {
    if (event.type === 'instance-created') state = initialState(event)
    if (state === undefined) throw new Error(`a log starts with instance-created, not ${event.type}`)
    evolve(state, event)
  }
  return state
}
