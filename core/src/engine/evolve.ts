/** How each event changes the state. Total: an event that was emitted always applies. */
import type { Key } from '../base/key.ts'
import type { Event, EventOf, EventType, InstanceCreated } from './event.ts'
import type { ElementInstance, InstanceState, Wait } from './state.ts'

/** The state right after an instance came to be, before its process element is activated. */
export function initialState(event: InstanceCreated): InstanceState {
  return {
    key: event.key,
    definitionKey: event.definitionKey,
    processId: event.processId,
    ...(event.parent === undefined ? {} : { parent: event.parent }),
    ...(event.businessId === undefined ? {} : { businessId: event.businessId }),
    ...(event.startKey === undefined ? {} : { startKey: event.startKey }),
    status: 'active',
    elements: new Map(),
    owners: new Map(),
    incidents: new Map(),
    result: {},
    suspended: false,
    kept: [],
  }
}

function elementOf(state: InstanceState, key: Key): ElementInstance {
  const element = state.elements.get(key)
  if (element === undefined)
    throw new Error(`event for element instance ${key}, which is not alive in ${state.key}`)
  return element
}

function addWait(state: InstanceState, owner: Key, wait: Wait): void {
  elementOf(state, owner).waits.push(wait)
  state.owners.set(wait.key, owner)
}

function removeWait(state: InstanceState, key: Key): void {
  const owner = state.owners.get(key)
  if (owner === undefined) throw new Error(`event for wait ${key}, which is not open in ${state.key}`)
  state.owners.delete(key)
  const element = elementOf(state, owner)
  element.waits = element.waits.filter((wait) => wait.key !== key)
}

function changeWait(state: InstanceState, key: Key, change: (wait: Wait) => Wait): void {
  const owner = state.owners.get(key)
  if (owner === undefined) throw new Error(`event for wait ${key}, which is not open in ${state.key}`)
  const element = elementOf(state, owner)
  element.waits = element.waits.map((wait) => (wait.key === key ? change(wait) : wait))
}

function removeElement(state: InstanceState, key: Key): void {
  const element = elementOf(state, key)
  if (element.scope === undefined) state.result = element.variables
  else elementOf(state, element.scope).children -= 1
  state.elements.delete(key)
}

function takeToken(scope: ElementInstance, flow: string): void {
  const left = (scope.tokens.get(flow) ?? 0) - 1
  if (left < 0) throw new Error(`no token on flow ${flow} in scope ${scope.key}`)
  if (left === 0) scope.tokens.delete(flow)
  else scope.tokens.set(flow, left)
}

function activate(state: InstanceState, event: EventOf<'element-activated'>): void {
  state.elements.set(event.key, {
    key: event.key,
    element: event.element,
    scope: event.scope,
    children: 0,
    tokens: new Map(),
    waits: [],
    variables: {},
  })
  if (event.scope === undefined) return
  const scope = elementOf(state, event.scope)
  scope.children += 1
  if (event.consumed !== undefined) for (const flow of event.consumed) takeToken(scope, flow)
}

const nothing = (): void => {}
const closeWait = (state: InstanceState, event: { readonly key: Key }): void => removeWait(state, event.key)
const leave = (state: InstanceState, event: { readonly key: Key }): void => removeElement(state, event.key)

const changes = {
  'instance-created': nothing,
  'instance-completed': (state) => {
    state.status = 'completed'
  },
  'instance-terminated': (state) => {
    state.status = 'terminated'
  },
  'element-activated': activate,
  'element-completed': leave,
  'element-terminated': leave,
  'flow-taken': (state, event) => {
    if (event.waits !== true) return
    const { tokens } = elementOf(state, event.scope)
    tokens.set(event.flow, (tokens.get(event.flow) ?? 0) + 1)
  },
  'tokens-dropped': (state, event) => elementOf(state, event.scope).tokens.clear(),
  'variables-set': (state, event) => {
    const element = elementOf(state, event.scope)
    element.variables = { ...element.variables, ...event.variables }
  },
  'job-created': (state, { key, jobType, retries, elementInstanceKey }) =>
    addWait(state, elementInstanceKey, { kind: 'job', key, jobType, retries }),
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
    changeWait(state, key, (wait) => ({ ...wait, ...changed })),
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
  'command-kept': (state, event) => {
    state.kept = [...state.kept, event.command]
  },
} as const satisfies { [T in EventType]: (state: InstanceState, event: EventOf<T>) => void }

/** Applies one event to a state that the caller owns. Throws when the event can't have come from this state. */
export function evolve(state: InstanceState, event: Event): void {
  // The table is exhaustive by type; TypeScript cannot tie the key to the argument.
  const change = changes[event.type] as (state: InstanceState, event: Event) => void
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
