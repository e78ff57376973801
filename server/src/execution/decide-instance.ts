/** Deciding all commands of one instance in a batch, into one commit. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import { limits } from '@braid/core/base/limits.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { Command, Rejection } from '@braid/core/engine/command.ts'
import { execute, unborn } from '@braid/core/engine/decide.ts'
import type { Event, EventOf } from '@braid/core/engine/event.ts'
import type { Graph } from '@braid/core/engine/graph.ts'
import { jobRow } from '@braid/core/engine/offers.ts'
import { type RowChange, rowsOf } from '@braid/core/engine/rows.ts'
import { deserializeState, serializeState } from '@braid/core/engine/serialize.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'
import type { JobCreated } from '@braid/core/engine/wait-event.ts'
import type { Claim, FirstAttempt, InstanceCommit, Lease, StoredInstance } from '../store/port.ts'
import type { DefinitionCache, LoadedDefinition } from './definition-cache.ts'
import type { CachedInstance, InstanceCache } from './instance-cache.ts'
import type { KeyBlocks } from './key-blocks.ts'

export type Work = {
  readonly command: Command
  readonly claim: Claim | undefined
  readonly delivered: Key | undefined
  attempts: number
  /** Decided in a commit of its own, so that others of its instance are not harmed. */
  alone: boolean
  /** A late commit may answer what waits to be tried again. */
  answered: boolean
  readonly resolve: (outcome: Result<{ readonly version: number }, Rejection>) => void
  readonly reject: (error: unknown) => void
}

/** Who takes a new job before it is stored. */
export type Placement =
  /** A handler of this node, which needs no row. */
  | { readonly kind: 'held' }
  /** A worker that waits for one. */
  | { readonly kind: 'leased'; readonly worker: string; readonly until: Instant }
  | { readonly kind: 'free' }

export type Decided = {
  readonly key: Key
  /** Version of the state that was decided on. */
  readonly baseVersion: number
  /** Undefined when nothing changed. */
  readonly commit: InstanceCommit | undefined
  /** What to remember once it is stored; undefined when the instance has ended or never was. */
  readonly cached: CachedInstance | undefined
  readonly outcomes: readonly (readonly [Work, Result<{ readonly version: number }, Rejection>])[]
  readonly placed: readonly { readonly job: JobCreated; readonly placement: Placement }[]
  readonly state: InstanceState | undefined
  readonly definition: LoadedDefinition | undefined
  /** A defect: nothing could be decided. */
  readonly error?: unknown
}

export type DecideDependencies = {
  readonly cache: InstanceCache
  readonly definitions: DefinitionCache
  readonly keys: KeyBlocks
  /** The time that timers and expressions see. */
  readonly now: () => Instant
  /** This node. */
  readonly nodeKey: Key
  readonly place: (job: JobCreated, instanceKey: Key, canHold: boolean) => Placement
  /** Whether this node holds the job without a row. */
  readonly isHeld: (jobKey: Key) => boolean
  /** Another node gave the job a row, in case that this node still works at it. */
  readonly gotRow: (jobKey: Key) => void
  /** The lease under which a job that this node works at gets a row. */
  readonly leaseOfHeld: (jobKey: Key) => Lease | undefined
  /** The placements were not stored. */
  readonly release: (decided: Decided) => void
  /** Whether an error of the store may go away by itself. */
  readonly isPassing: (error: unknown) => boolean
}

/** An instance as it is stored. */
export type Base = {
  readonly state: InstanceState | undefined
  readonly version: number
  readonly holder: Key | null
  /** Length of the serialised state. */
  readonly size: number
}

export const unknown: Base = { state: undefined, version: 0, holder: null, size: 0 }

export const readBase = (stored: StoredInstance): Base => ({
  state: deserializeState(stored.state),
  version: stored.version,
  holder: stored.holder,
  size: stored.state.length,
})

export const nothingDecided = (
  key: Key,
  baseVersion: number,
  outcomes: Decided['outcomes'],
  cached?: CachedInstance,
): Decided => ({
  key,
  baseVersion,
  commit: undefined,
  cached,
  outcomes,
  placed: [],
  state: undefined,
  definition: undefined,
})

export const notFound = (key: Key): Result<never, Rejection> =>
  failure({ kind: 'not-found', message: `no process instance ${key}` })

/** Thrown when an instance grows beyond what a commit may carry; the command to blame is refused with its message. */
export class StateTooLarge extends Error {}

export const doneAlready: Rejection = { kind: 'conflict', message: 'somebody else did this already' }

/** The same match may have been found twice. */
const isClaimed = (claims: readonly Claim[], wanted: Claim | undefined): boolean =>
  wanted !== undefined &&
  claims.some(({ source, claim }) => source === wanted.source && claim === wanted.claim)

/** Definitions that commands migrate to. */
export type Targets = ReadonlyMap<Key, LoadedDefinition>

/** Decides on `base.state` in place: after a throw it is worthless. Throws KeysExhausted and StateTooLarge. */
export function decideInstance(
  dependencies: DecideDependencies,
  key: Key,
  works: readonly Work[],
  base: Base,
  definition: LoadedDefinition,
  targets: Targets,
): Decided {
  const graphOf = (key: Key): Graph | undefined => targets.get(key)?.graph
  const context = { now: dependencies.now(), keys: dependencies.keys, graphOf }
  const version = base.version + 1
  const outcomes: (readonly [Work, Result<{ readonly version: number }, Rejection>])[] = []
  const events: Event[] = []
  const claims: Claim[] = []
  const delivered: Key[] = []
  let { state } = base
  for (const work of works) {
    if (work.answered) continue
    const { command } = work
    const before =
      state ?? (command.type === 'create-instance' ? unborn(command, definition.processId) : undefined)
    const result =
      before === undefined
        ? notFound(key)
        : isClaimed(claims, work.claim)
          ? failure(doneAlready)
          : execute(definition.graph, before, command, context)
    outcomes.push([work, result.ok ? success({ version }) : result])
    if (!result.ok) continue
    state = before
    for (const event of result.value) events.push(event)
    if (work.claim !== undefined) claims.push(work.claim)
    if (work.delivered !== undefined) delivered.push(work.delivered)
  }
  if (state === undefined) return nothingDecided(key, base.version, outcomes)
  if (events.length === 0) {
    const cached = state.status === 'active' ? { ...base, state } : undefined
    return nothingDecided(key, base.version, outcomes, cached)
  }
  // A migration is decided alone, so that all other commands meet one definition.
  const current = targets.get(state.definitionKey) ?? definition
  const placed = placeJobs(dependencies, state, events, base.holder)
  const commit = buildCommit(dependencies, {
    key,
    base,
    version,
    state,
    definition: current,
    migrated: current !== definition,
    events,
    placed,
    claims,
    delivered,
  })
  const cached = { state, version, holder: commit.holder, size: commit.state.length }
  return {
    key,
    baseVersion: base.version,
    commit,
    cached: state.status === 'active' ? cached : undefined,
    outcomes,
    placed,
    state,
    definition: current,
  }
}

type Placed = { readonly job: JobCreated; readonly placement: Placement }

/** Only jobs that still live at the end of the batch. A node holds jobs only where no other node does. */
function placeJobs(
  dependencies: DecideDependencies,
  state: InstanceState,
  events: readonly Event[],
  holder: Key | null,
): readonly Placed[] {
  const jobs: JobCreated[] = []
  let prioritized = false
  for (const event of events) {
    if (event.type !== 'job-created' || !state.owners.has(event.key)) continue
    jobs.push(event)
    prioritized ||= event.priority !== undefined
  }
  // Those of one priority stay in their order.
  if (prioritized) jobs.sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0))
  const canHold = holder === null || holder === dependencies.nodeKey
  return jobs.map((job) => ({ job, placement: dependencies.place(job, state.key, canHold) }))
}

type Parts = {
  readonly key: Key
  readonly base: Base
  readonly version: number
  readonly state: InstanceState
  readonly definition: LoadedDefinition
  readonly migrated: boolean
  readonly events: readonly Event[]
  readonly placed: readonly Placed[]
  readonly claims: readonly Claim[]
  readonly delivered: readonly Key[]
}

function buildCommit(dependencies: DecideDependencies, parts: Parts): InstanceCommit {
  const { key, base, version, state, definition, migrated, events, placed, claims, delivered } = parts
  const held = new Set<Key>()
  const leases: Lease[] = []
  for (const { job, placement } of placed) {
    if (placement.kind === 'held') held.add(job.key)
    else if (placement.kind === 'leased') {
      leases.push({ jobKey: job.key, worker: placement.worker, until: placement.until })
    }
  }
  // Where this node is not the holder (any more), its jobs have rows, whatever it remembers.
  const mine = base.holder === dependencies.nodeKey
  if (!mine && base.version > 0) noteRows(dependencies, state, held)
  const isHeld = (job: Key): boolean => held.has(job) || (mine && dependencies.isHeld(job))
  const published = publishedLeases(dependencies, events)
  const { parent, businessId, startKey } = state
  const serialized = serializeState(state)
  if (serialized.length > limits.stateLength) {
    throw new StateTooLarge(
      `process instance ${key} would grow to ${serialized.length} characters of state; expected at most ${limits.stateLength}: keep large data elsewhere and refer to it`,
    )
  }
  return {
    key,
    baseVersion: base.version,
    version,
    definitionKey: definition.key,
    processId: definition.processId,
    status: state.status,
    ...(parent === undefined ? {} : { parent }),
    ...(businessId === undefined ? {} : { businessId }),
    ...(startKey === undefined ? {} : { startKey }),
    incidents: state.incidents.size,
    suspended: state.suspended,
    ...(migrated ? { migrated } : {}),
    state: serialized,
    holder:
      mine || base.holder === null || isReleased(state, events, placed)
        ? holderOf(dependencies.nodeKey, state, isHeld)
        : base.holder,
    at: dependencies.now(),
    events,
    rows: rowsOfCommit(state, definition, events, isHeld),
    leases: [...leases, ...published],
    attempts: firstAttempts(dependencies.now(), base.holder, placed, events, published),
    ...(definition.language === 'dag' ? { keepsAttempts: true } : {}),
    claims,
    delivered,
  }
}

/** This node may become the holder again, by new jobs: then the old ones must not pass for held. */
function noteRows(dependencies: DecideDependencies, state: InstanceState, held: ReadonlySet<Key>): void {
  for (const { waits } of state.elements.values()) {
    for (const { kind, key } of waits) if (kind === 'job' && !held.has(key)) dependencies.gotRow(key)
  }
}

/** No job is left that another node may hold without a row: all have ended, were made here, or are published. */
function isReleased(state: InstanceState, events: readonly Event[], placed: readonly Placed[]): boolean {
  const known = new Set(placed.map(({ job }) => job.key))
  for (const event of events) for (const { key } of publishedJobs(event)) known.add(key)
  for (const { waits } of state.elements.values()) {
    for (const wait of waits) if (wait.kind === 'job' && !known.has(wait.key)) return false
  }
  return true
}

function holderOf(node: Key, state: InstanceState, isHeld: (job: Key) => boolean): Key | null {
  for (const { waits } of state.elements.values()) {
    for (const wait of waits) if (wait.kind === 'job' && isHeld(wait.key)) return node
  }
  return null
}

/** Jobs held in memory have no rows; one that failed gets its row now, so that it waits for its next try there. */
function rowsOfCommit(
  state: InstanceState,
  definition: LoadedDefinition,
  events: readonly Event[],
  isHeld: (job: Key) => boolean,
): readonly RowChange[] {
  const owner = { key: state.key, definitionKey: definition.key, processId: definition.processId }
  const rows: RowChange[] = []
  /** Jobs that get a row here: ended in the same commit, they must not leave it behind. */
  const inserted = new Set<Key>()
  const add = (row: RowChange): void => {
    if (row.op === 'insert-job') inserted.add(row.row.key)
    rows.push(row)
  }
  for (const event of events) {
    if (event.type === 'job-failed' && isHeld(event.key)) insertFailedJob(state, event.key).forEach(add)
    for (const row of rowsOf(event, owner)) {
      if (row.op === 'insert-job' && event.type === 'job-created' && isHeld(row.row.key)) continue
      if (row.op === 'delete-job' && isHeld(row.key) && !inserted.has(row.key)) continue
      add(row)
    }
  }
  return rows
}

function insertFailedJob(state: InstanceState, key: Key): readonly RowChange[] {
  const elementInstanceKey = state.owners.get(key)
  const instance = elementInstanceKey === undefined ? undefined : state.elements.get(elementInstanceKey)
  const wait = instance?.waits.find((candidate) => candidate.key === key)
  if (elementInstanceKey === undefined || instance === undefined || wait?.kind !== 'job') return []
  return [{ op: 'insert-job', row: jobRow(instance, wait) }]
}

/** Jobs that have rows from this event on, whoever held them. */
export const publishedJobs = (event: Event): EventOf<'jobs-published'>['jobs'] =>
  event.type === 'jobs-published' || event.type === 'instance-resumed' ? event.jobs : []

/** Workers that get a job at its birth, and nodes that had it without a row until now. */
function firstAttempts(
  now: Instant,
  holder: Key | null,
  placed: readonly Placed[],
  events: readonly Event[],
  published: readonly Lease[],
): readonly FirstAttempt[] {
  const attempts: FirstAttempt[] = []
  for (const { job, placement } of placed) {
    if (placement.kind !== 'leased') continue
    const { key: jobKey, elementInstanceKey } = job
    attempts.push({ jobKey, elementInstanceKey, worker: placement.worker, startedAt: now })
  }
  for (const event of events) {
    if (event.type !== 'jobs-published') continue
    for (const { key: jobKey, elementInstanceKey } of event.jobs) {
      const lease = published.find((one) => one.jobKey === jobKey)
      const worker = lease?.worker ?? (holder === null ? undefined : workerOfNode(holder))
      if (worker !== undefined) attempts.push({ jobKey, elementInstanceKey, worker })
    }
  }
  return attempts
}

/** What a node is called as the worker of a job. */
export const workerOfNode = (node: Key): string => `node:${node}`

/** A job that this node goes on working at is leased by it. */
function publishedLeases(dependencies: DecideDependencies, events: readonly Event[]): readonly Lease[] {
  const leases: Lease[] = []
  for (const event of events) {
    for (const job of publishedJobs(event)) {
      const lease = dependencies.leaseOfHeld(job.key)
      if (lease !== undefined) leases.push(lease)
    }
  }
  return leases
}
