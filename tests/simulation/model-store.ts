/**
 * The store of the simulation: the port's promises in memory, each call at one instant. It trusts nobody: what no
 * correct caller sends is a violation. `defects` break a promise on purpose, to see whether the invariants find it.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import { scheduleOf } from '@braid/core/engine/timer.ts'
import type { Expression, Program } from '@braid/core/model/program.ts'
import type {
  ExecutionStore,
  InstanceCommit,
  Refusal,
  StoredDefinition,
} from '../../server/src/store/port.ts'
import { claimName, expireMessages, match } from './model-match.ts'
import { applyRow, insertMessage, type ModelTables } from './model-tables.ts'
import { Violation } from './violation.ts'

/** A promise that is broken on purpose. */
export type StoreDefect =
  | 'no version guard'
  | 'no claims'
  | 'torn commit'
  | 'half a commit'
  | 'forgotten timer row'
  | 'subscription never closed'
  | 'forgotten outbox row'
  | 'leases ignored'
  | 'held jobs forgotten'
  | 'existing instance overwritten'
  | 'message ids ignored'
  | 'buffer emptied'
  | 'timers early'

/** The port without promises: each call happens at once. */
export type ModelStore = {
  readonly [M in keyof ExecutionStore]: (
    ...args: Parameters<ExecutionStore[M]>
  ) => Awaited<ReturnType<ExecutionStore[M]>>
}

const reasonAgainst = (
  tables: ModelTables,
  commit: InstanceCommit,
  defects: ReadonlySet<StoreDefect>,
): Refusal['reason'] | undefined => {
  const stored = tables.instances.get(commit.key)
  if (!defects.has('no claims')) {
    for (const { source, claim } of commit.claims)
      if (tables.claims.has(claimName(source, claim))) return 'claim'
  }
  if (commit.baseVersion === 0 && commit.startKey !== undefined) {
    for (const other of tables.instances.values()) {
      const rival = other.processId === commit.processId && other.startKey === commit.startKey
      if (rival && other.status === 'active' && other.key !== commit.key) return 'start-key'
    }
  }
  if (commit.baseVersion === 0 && defects.has('existing instance overwritten')) return undefined
  if (commit.baseVersion !== 0 && stored !== undefined && defects.has('no version guard')) return undefined
  return (stored?.version ?? 0) === commit.baseVersion ? undefined : 'version'
}

function storeInstance(tables: ModelTables, commit: InstanceCommit): void {
  const { key, version, definitionKey, processId, status, startKey, state, holder, at } = commit
  const before = tables.instances.get(key)
  tables.instances.set(key, {
    key,
    version,
    definitionKey,
    processId,
    status,
    startKey: before?.startKey ?? startKey,
    state,
    holder,
    createdAt: before?.createdAt ?? at,
    endedAt: status === 'active' ? undefined : at,
  })
}

function storeRows(tables: ModelTables, commit: InstanceCommit, defects: ReadonlySet<StoreDefect>): void {
  const fresh = new Set<Key>()
  for (const change of commit.rows) {
    if (change.op === 'insert-job' && !tables.jobs.has(change.row.key)) fresh.add(change.row.key)
    if (change.op === 'insert-timer' && defects.has('forgotten timer row')) continue
    if (change.op === 'delete-subscription' && defects.has('subscription never closed')) continue
    if (change.op === 'insert-outbox' && defects.has('forgotten outbox row')) continue
    applyRow(tables, change, commit)
  }
  for (const { jobKey, worker, until } of commit.leases) {
    const job = tables.jobs.get(jobKey)
    // A job that had a row before keeps it, and whoever works at it.
    if (job === undefined || !fresh.has(jobKey)) continue
    tables.jobs.set(jobKey, { ...job, worker, availableAt: until })
  }
  for (const key of commit.delivered) tables.outbox.delete(key)
}

function checkBatch(batch: readonly InstanceCommit[]): void {
  const keys = new Set<Key>()
  for (const { key, baseVersion, version, events, status, startKey, claims } of batch) {
    if (keys.has(key)) throw new Violation('port', `instance ${key} is in a batch twice`)
    keys.add(key)
    if (version !== baseVersion + 1)
      throw new Violation('I7', `version ${version} follows ${baseVersion} of ${key}`)
    if (events.length === 0) throw new Violation('port', `an empty commit of ${key}`)
    const created = events[0]?.type === 'instance-created'
    if (created !== (baseVersion === 0))
      throw new Violation('port', `${key} is not created in its first commit`)
    const ends = events.some(({ type }) => type === 'instance-completed' || type === 'instance-terminated')
    if (ends !== (status !== 'active'))
      throw new Violation('port', `the status of ${key} contradicts its events`)
    if (new Set(claims.map(({ source, claim }) => claimName(source, claim))).size < claims.length) {
      throw new Violation('port', `a commit of ${key} claims something twice`)
    }
    if (startKey === '') throw new Violation('port', `an empty start key of ${key}`)
  }
}

function commitBatch(
  tables: ModelTables,
  batch: readonly InstanceCommit[],
  defects: ReadonlySet<StoreDefect>,
): readonly Refusal[] {
  checkBatch(batch)
  const refusals: Refusal[] = []
  const rivals = new Set<string>()
  const stored: InstanceCommit[] = []
  for (const commit of batch) {
    const names = commit.claims.map(({ source, claim }) => claimName(source, claim))
    const isRival = names.some((name) => rivals.has(name)) && !defects.has('no claims')
    const reason = isRival ? 'version' : reasonAgainst(tables, commit, defects)
    if (reason !== undefined) refusals.push({ key: commit.key, reason })
    else stored.push(commit)
    if (!isRival) for (const name of names) rivals.add(name)
  }
  for (const commit of stored) {
    for (const { source, claim } of commit.claims) tables.claims.set(claimName(source, claim), commit.key)
    const { key, version, at, events } = commit
    const log = tables.history.get(key) ?? []
    tables.history.set(key, [...log, { version, at, events: JSON.parse(JSON.stringify(events)) }])
    if (defects.has('half a commit') && version % 4 === 0) continue
    storeInstance(tables, commit)
    if (defects.has('torn commit') && version % 3 === 0) continue
    storeRows(tables, commit, defects)
  }
  return refusals
}

export type ModelStoreOptions = {
  readonly tables: ModelTables
  readonly defects: ReadonlySet<StoreDefect>
}

export function createModelStore({ tables, defects }: ModelStoreOptions): ModelStore {
  let nextKey = 1
  return {
    commit: (batch) => commitBatch(tables, batch, defects),
    ...instanceReads(tables, defects),
    ...jobCalls(tables, defects),
    ...timerCalls(tables, defects),
    allocateKeys: (count) => {
      const first = nextKey
      nextKey += count
      return first
    },
    publish: ({ publishedAt, ...row }) => {
      const { messageId: _, ...withoutId } = row
      return insertMessage(tables, defects.has('message ids ignored') ? withoutId : row, publishedAt)
    },
    match: (request) => match(tables, request),
    takersOf: (source) =>
      [...tables.claims].filter(([name]) => name.startsWith(`${source} `)).map(([, instance]) => instance),
    expireMessages: (now) => expireMessages(tables, defects.has('buffer emptied') ? now + 86_400_000 : now),
    pendingOutbox: ({ before, max }) =>
      [...tables.outbox.values()]
        .filter((row) => row.writtenAt < before)
        .sort((a, b) => a.writtenAt - b.writtenAt || a.key - b.key)
        .slice(0, max)
        .map(({ key, target, command }) => ({ key, target, command })),
    removeOutbox: (keys) => {
      for (const key of keys) tables.outbox.delete(key)
    },
    heartbeat: ({ id, name, now }) => {
      tables.nodes.set(id, { id, name, seenAt: now })
    },
    nodes: () => [...tables.nodes.values()].sort((a, b) => a.id - b.id),
    removeNode: (id) => {
      tables.nodes.delete(id)
    },
  }
}

type Reads = 'loadInstances' | 'loadDefinition' | 'findDefinition' | 'heldInstances' | 'history'

function instanceReads(tables: ModelTables, defects: ReadonlySet<StoreDefect>): Pick<ModelStore, Reads> {
  return {
    loadInstances: (keys) =>
      keys.flatMap((key) => {
        const row = tables.instances.get(key)
        if (row === undefined) return []
        const { version, definitionKey, state, holder } = row
        return [{ key, version, definitionKey, state, holder }]
      }),
    loadDefinition: (key) => tables.definitions.get(key),
    findDefinition: ({ processId, binding, callerDefinitionKey }) => {
      const named = [...tables.definitions.values()].filter(
        (definition) => definition.processId === processId,
      )
      const deployment = callerDefinitionKey && tables.definitions.get(callerDefinitionKey)?.deploymentKey
      const together = named.find((definition) => definition.deploymentKey === deployment)
      const latest = named.sort((a, b) => b.version - a.version)[0]
      return (binding === 'deployment' ? (together ?? latest) : latest)?.key
    },
    heldInstances: (holder, max) =>
      defects.has('held jobs forgotten')
        ? []
        : [...tables.instances.values()]
            .filter((row) => row.holder === holder && row.status === 'active')
            .sort((a, b) => a.key - b.key)
            .slice(0, max)
            .map((row) => row.key),
    history: ({ instanceKey, after, max }) => {
      const log = tables.history.get(instanceKey) ?? []
      return log.filter((entry) => entry.version > after).slice(0, max)
    },
  }
}

type JobCalls = 'claimJobs' | 'extendLeases' | 'findJobOwners'

function jobCalls({ jobs }: ModelTables, defects: ReadonlySet<StoreDefect>): Pick<ModelStore, JobCalls> {
  return {
    claimJobs: ({ jobType, worker, max, now, leaseUntil }) =>
      [...jobs.values()]
        .filter((job) => job.jobType === jobType && job.retries > 0)
        .filter((job) => job.availableAt <= now || (job.worker !== null && defects.has('leases ignored')))
        .sort(
          (a, b) => (b.priority ?? 0) - (a.priority ?? 0) || a.availableAt - b.availableAt || a.key - b.key,
        )
        .slice(0, max)
        .map((job) => {
          const attempt = job.attempt + 1
          jobs.set(job.key, { ...job, worker, availableAt: leaseUntil, attempt })
          const { key, instanceKey, definitionKey, processId, elementInstanceKey, element, retries } = job
          const ids = { key, instanceKey, definitionKey, processId, elementInstanceKey, element }
          return { ...ids, jobType, retries, worker, leaseUntil, attempt }
        })
        .sort((a, b) => a.key - b.key),
    extendLeases: (leases) =>
      leases.flatMap(({ jobKey, worker, until }) => {
        const job = jobs.get(jobKey)
        if (job?.worker !== worker) return []
        jobs.set(jobKey, { ...job, availableAt: until })
        return [jobKey]
      }),
    findJobOwners: (keys) =>
      keys.flatMap((jobKey) => {
        const job = jobs.get(jobKey)
        return job === undefined ? [] : [{ jobKey, instanceKey: job.instanceKey }]
      }),
  }
}

type TimerCalls = 'claimTimers' | 'nextTimer' | 'rescheduleStartTimer'

function timerCalls(
  { timers }: ModelTables,
  defects: ReadonlySet<StoreDefect>,
): Pick<ModelStore, TimerCalls> {
  const early = defects.has('timers early') ? 3_000 : 0
  return {
    claimTimers: ({ now, claimUntil, max }) =>
      [...timers.values()]
        .filter((timer) => timer.availableAt <= now + early)
        .sort((a, b) => a.availableAt - b.availableAt || a.key - b.key)
        .slice(0, max)
        .map((timer) => {
          timers.set(timer.key, { ...timer, availableAt: claimUntil })
          const { key, due, instanceKey, definitionKey, element, repetitions, cycle } = timer
          return {
            key,
            due,
            definitionKey,
            element,
            ...(instanceKey === undefined ? {} : { instanceKey }),
            ...(repetitions === undefined ? {} : { repetitions }),
            ...(cycle === undefined ? {} : { cycle }),
          }
        })
        .sort((a, b) => a.due - b.due || a.key - b.key),
    nextTimer: () => {
      let next: Instant | undefined
      for (const { availableAt } of timers.values()) next = Math.min(next ?? availableAt, availableAt)
      return next
    },
    rescheduleStartTimer: (key, next) => {
      const timer = timers.get(key)
      if (timer === undefined || timer.instanceKey !== undefined) return
      if (next === null) timers.delete(key)
      else timers.set(key, { ...timer, due: next.due, availableAt: next.due, repetitions: next.repetitions })
    },
  }
}

const textOf = (expression: Expression): string => {
  if ('value' in expression) return String(expression.value)
  throw new Error('expected a constant at a start event')
}

/** Stores the first version of each process, as one deployment, with what its start events wait for. */
export function deployModel(
  tables: ModelTables,
  programs: readonly Program[],
  at: Instant,
  nextKey: () => Key,
): readonly StoredDefinition[] {
  const deploymentKey = nextKey()
  return programs.map((program) => {
    const { processId } = program
    const definition = { key: nextKey(), processId, version: 1, program, deploymentKey }
    tables.definitions.set(definition.key, definition)
    for (const node of program.nodes) {
      if (node.type !== 'start-event' || node.scope !== processId) continue
      const { id: element, trigger } = node
      const owner = { definitionKey: definition.key, element }
      if (trigger.kind === 'message' || trigger.kind === 'signal') {
        const { kind } = trigger
        tables.startSubscriptions.push({
          ...owner,
          processId,
          kind,
          name: textOf(trigger.name),
          openedAt: at,
        })
      }
      if (trigger.kind !== 'timer') continue
      const schedule = scheduleOf(trigger.timer, textOf(trigger.value), at)
      if (!schedule.ok) throw new Error(schedule.error)
      const { due } = schedule.value
      const timer = { key: nextKey(), instanceKey: undefined, ...owner, availableAt: due, ...schedule.value }
      tables.timers.set(timer.key, timer)
    }
    return definition
  })
}
