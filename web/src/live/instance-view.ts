/**
 * What a person sees of one process instance, folded from its events: element instances with their times, counts per
 * element of the diagram, tokens on flows. Pure; a batch makes a new view so that React notices it.
 * V1 the view after a list of frames is the same however the list was cut into batches;
 * V2 frames at or below the view's version change nothing, so a reconnect may repeat them.
 */
import type { ProcessEvent } from '@braid/contract/event.ts'
import type { ElementId, FlowId } from '@braid/core/model/program.ts'

/** Keys are strings on the wire. */
export type WireKey = string

/** The events of one commit. `version` grows by one per commit; `at` is in milliseconds since 1970. */
export type Frame = {
  readonly version: number
  readonly at: number
  readonly events: readonly ProcessEvent[]
}

export type ElementRun = {
  readonly key: WireKey
  readonly element: ElementId
  readonly scope?: WireKey
  readonly startedAt: number
  readonly endedAt?: number
  readonly state: 'active' | 'completed' | 'terminated'
  /** Open incidents. */
  readonly incidents: number
  /** Instance started by this call activity. */
  readonly calls?: WireKey
  /** It holds the runs of its loop; they are counted, it is not. */
  readonly isBody?: true
  /** Number of this run of a loop, from 1. */
  readonly index?: number
  /** `handler`: it compensates an activity; `undo`: a completed scope in which handlers run. */
  readonly role?: 'handler' | 'undo'
  /** The element instance that is compensated. */
  readonly record?: WireKey
}

export type ElementCounts = {
  readonly active: number
  readonly completed: number
  readonly terminated: number
  readonly incidents: number
}

export type InstanceView = {
  readonly version: number
  readonly status: 'active' | 'suspended' | 'completed' | 'terminated'
  readonly startedAt?: number
  readonly endedAt?: number
  /** In order of activation. */
  readonly runs: ReadonlyMap<WireKey, ElementRun>
  readonly elements: ReadonlyMap<ElementId, ElementCounts>
  /** How often each flow was taken. */
  readonly flows: ReadonlyMap<FlowId, number>
  /** Tokens that wait on a flow into a join, over all scopes. */
  readonly waiting: ReadonlyMap<FlowId, number>
  /** Open incident → element instance. */
  readonly incidents: ReadonlyMap<WireKey, WireKey>
}

export const emptyView: InstanceView = {
  version: 0,
  status: 'active',
  runs: new Map(),
  elements: new Map(),
  flows: new Map(),
  waiting: new Map(),
  incidents: new Map(),
}

const noCounts: ElementCounts = { active: 0, completed: 0, terminated: 0, incidents: 0 }

type Draft = {
  status: InstanceView['status']
  startedAt: number | undefined
  endedAt: number | undefined
  readonly runs: Map<WireKey, ElementRun>
  readonly elements: Map<ElementId, ElementCounts>
  readonly flows: Map<FlowId, number>
  readonly waiting: Map<FlowId, number>
  readonly incidents: Map<WireKey, WireKey>
}

function count(draft: Draft, element: ElementId, change: Partial<ElementCounts>): void {
  const before = draft.elements.get(element) ?? noCounts
  draft.elements.set(element, {
    active: before.active + (change.active ?? 0),
    completed: before.completed + (change.completed ?? 0),
    terminated: before.terminated + (change.terminated ?? 0),
    incidents: before.incidents + (change.incidents ?? 0),
  })
}

function add(counts: Map<string, number>, id: string, change: number): void {
  const next = (counts.get(id) ?? 0) + change
  if (next > 0) counts.set(id, next)
  else counts.delete(id)
}

function endElement(draft: Draft, key: WireKey, state: 'completed' | 'terminated', at: number): void {
  const run = draft.runs.get(key)
  if (run?.state !== 'active') return
  draft.runs.set(key, { ...run, state, endedAt: at })
  if (run.isBody !== true) count(draft, run.element, { active: -1, [state]: 1 })
}

function changeIncidents(draft: Draft, elementInstance: WireKey, change: 1 | -1): void {
  const run = draft.runs.get(elementInstance)
  if (run === undefined) return
  draft.runs.set(elementInstance, { ...run, incidents: run.incidents + change })
  count(draft, run.element, { incidents: change })
}

type ElementActivated = Extract<ProcessEvent, { type: 'element-activated' }>

/** Only a loop has element instances of its own element inside. */
function noteRun(draft: Draft, element: ElementId, scope: WireKey): void {
  const around = draft.runs.get(scope)
  if (around?.element !== element || around.isBody === true) return
  draft.runs.set(scope, { ...around, isBody: true })
  count(draft, element, { active: -1 })
}

function activate(draft: Draft, event: ElementActivated, at: number): void {
  const { key, element, scope, index, role, record, consumed = [] } = event
  if (scope !== undefined) noteRun(draft, element, scope)
  draft.runs.set(key, {
    key,
    element,
    ...(scope === undefined ? {} : { scope }),
    ...(index === undefined ? {} : { index }),
    ...(role === undefined ? {} : { role }),
    ...(record === undefined ? {} : { record }),
    startedAt: at,
    state: 'active',
    incidents: 0,
  })
  count(draft, element, { active: 1 })
  for (const flow of consumed) add(draft.waiting, flow, -1)
}

type InstanceMigrated = Extract<ProcessEvent, { type: 'instance-migrated' }>

/** What is alive goes on as another element; what has ended stays what it was. */
function rename(draft: Draft, { mapping }: InstanceMigrated): void {
  const targets = new Map(mapping.map(({ source, target }) => [source, target]))
  for (const [key, run] of draft.runs) {
    const element = targets.get(run.element)
    if (run.state !== 'active' || element === undefined) continue
    const active = run.isBody === true ? 0 : 1
    count(draft, run.element, { active: -active, incidents: -run.incidents })
    count(draft, element, { active, incidents: run.incidents })
    draft.runs.set(key, { ...run, element })
  }
}

function apply(draft: Draft, event: ProcessEvent, at: number): void {
  switch (event.type) {
    case 'instance-created':
      draft.startedAt = at
      break
    case 'instance-completed':
    case 'instance-terminated':
      draft.status = event.type === 'instance-completed' ? 'completed' : 'terminated'
      draft.endedAt = at
      draft.waiting.clear()
      break
    case 'instance-suspended':
    case 'instance-resumed':
      draft.status = event.type === 'instance-suspended' ? 'suspended' : 'active'
      break
    case 'instance-migrated':
      rename(draft, event)
      break
    case 'element-activated':
      activate(draft, event, at)
      break
    case 'element-completed':
      endElement(draft, event.key, 'completed', at)
      break
    case 'element-terminated':
      endElement(draft, event.key, 'terminated', at)
      break
    case 'flow-taken':
      add(draft.flows, event.flow, 1)
      if (event.waits === true) add(draft.waiting, event.flow, 1)
      break
    case 'call-started': {
      const run = draft.runs.get(event.elementInstanceKey)
      if (run !== undefined) draft.runs.set(run.key, { ...run, calls: event.childKey })
      break
    }
    case 'incident-raised':
      draft.incidents.set(event.key, event.elementInstanceKey)
      changeIncidents(draft, event.elementInstanceKey, 1)
      break
    case 'incident-resolved': {
      const owner = draft.incidents.get(event.key)
      if (owner !== undefined && draft.incidents.delete(event.key)) changeIncidents(draft, owner, -1)
      break
    }
  }
}

export function applyFrames(view: InstanceView, frames: readonly Frame[]): InstanceView {
  const fresh = frames.filter((frame) => frame.version > view.version)
  const last = fresh.at(-1)
  if (last === undefined) return view
  const draft: Draft = {
    status: view.status,
    startedAt: view.startedAt,
    endedAt: view.endedAt,
    runs: new Map(view.runs),
    elements: new Map(view.elements),
    flows: new Map(view.flows),
    waiting: new Map(view.waiting),
    incidents: new Map(view.incidents),
  }
  for (const frame of fresh) for (const event of frame.events) apply(draft, event, frame.at)
  const { startedAt, endedAt, ...rest } = draft
  return {
    ...rest,
    version: last.version,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(endedAt === undefined ? {} : { endedAt }),
  }
}
