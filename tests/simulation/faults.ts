/**
 * A node's way to the store: every call takes effect and is answered at times that the scheduler chooses, and may
 * meet a fault at any of its points.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { ExecutionStore, InstanceCommit, Refusal } from '../../server/src/store/port.ts'
import type { Defects } from './defects.ts'
import type { Checker } from './invariants/checker.ts'
import { noFaults, type StoreFaults } from './options.ts'
import type { Random } from './random.ts'
import type { Life, Scheduler } from './scheduler.ts'
import type { Trace } from './trace.ts'

/** What a failed call rejects with: it may go away by itself. */
export class StoreFault extends Error {}

/** The calls of the port, answered at once (the model) or later (a database). */
export type Backend = {
  readonly [M in keyof ExecutionStore]: (
    ...args: Parameters<ExecutionStore[M]>
  ) => Awaited<ReturnType<ExecutionStore[M]>> | ReturnType<ExecutionStore[M]>
}

type Method = keyof ExecutionStore
export type Fate = 'done' | keyof StoreFaults

export type Link = {
  readonly backend: Backend
  readonly scheduler: Scheduler
  readonly random: Random
  readonly trace: Trace
  readonly checker: Checker
  readonly life: Life
  readonly name: string
  readonly maxLatencyMs: number
  readonly faults: () => { readonly commit: StoreFaults; readonly call: StoreFaults }
  readonly crash: () => void
  /** How often each call met each fate. */
  readonly coverage: Map<string, number>
  readonly defects: Defects
}

const fates = ['failBefore', 'failAfter', 'failLate', 'stall', 'crashBefore', 'crashAfter'] as const

/** Calls that are made now and then only; with the rates of others, they would hardly ever fail. */
const rare = new Set<Method>(['removeOutbox', 'findDefinition', 'rescheduleStartTimer', 'publish'])
const rareFactor = 5

function drawFate(random: Random, method: Method, rates: StoreFaults): Fate {
  if (rates === noFaults) return 'done'
  const factor = rare.has(method) ? rareFactor : 1
  let left = random.next()
  for (const fate of fates) {
    left -= rates[fate] * factor
    if (left < 0) return fate
  }
  return 'done'
}

/** Calls that change something that nobody would notice if they were done much later. */
const mayBeLate = new Set<Method>(['commit', 'publish'])

export function connect(link: Link): ExecutionStore {
  const { backend, defects } = link
  let sent: readonly InstanceCommit[] = []
  return {
    commit: (batch, options) => {
      sent = batch
      return call(link, 'commit', () =>
        then(backend.commit(batch, options), (refusals) => accept(link, batch, refusals)),
      )
    },
    loadInstances: (keys) => call(link, 'loadInstances', () => backend.loadInstances(keys)),
    loadDefinition: (key) => call(link, 'loadDefinition', () => backend.loadDefinition(key)),
    findDefinition: (query) => call(link, 'findDefinition', () => backend.findDefinition(query)),
    allocateKeys: (count) => call(link, 'allocateKeys', () => backend.allocateKeys(count)),
    claimJobs: (request) =>
      call(link, 'claimJobs', () =>
        then(backend.claimJobs(request), (jobs) => {
          link.checker.leases.claimed(jobs, request.now)
          return jobs
        }),
      ),
    extendLeases: (leases) =>
      call(link, 'extendLeases', () =>
        then(backend.extendLeases(leases), (kept) => {
          link.checker.leases.extended(kept, leases[0]?.until ?? 0)
          return kept
        }),
      ),
    findJobOwners: (keys) => call(link, 'findJobOwners', () => backend.findJobOwners(keys)),
    claimTimers: (request) => call(link, 'claimTimers', () => backend.claimTimers(request)),
    nextTimer: () => call(link, 'nextTimer', () => backend.nextTimer()),
    rescheduleStartTimer: (key, next) =>
      call(link, 'rescheduleStartTimer', () => backend.rescheduleStartTimer(key, next)),
    publish: (message) =>
      call(link, 'publish', () =>
        then(backend.publish(message), (isNew) => {
          if (isNew) link.checker.messages.published(message)
          return isNew
        }),
      ),
    match: (request) => call(link, 'match', () => backend.match(request)),
    takersOf: (source) => call(link, 'takersOf', () => backend.takersOf(source)),
    expireMessages: (now) => call(link, 'expireMessages', () => backend.expireMessages(now)),
    pendingOutbox: (request) => call(link, 'pendingOutbox', () => backend.pendingOutbox(request)),
    removeOutbox: (keys) => call(link, 'removeOutbox', () => backend.removeOutbox(keys)),
    heartbeat: (node) => call(link, 'heartbeat', () => backend.heartbeat(node)),
    nodes: () => call(link, 'nodes', () => backend.nodes()),
    removeNode: (id) => call(link, 'removeNode', () => backend.removeNode(id)),
    heldInstances: (holder, max) => call(link, 'heldInstances', () => backend.heldInstances(holder, max)),
    history: (request) =>
      call(link, 'history', () => {
        if (defects.historyShows === 'nothing') return []
        if (defects.historyShows === undefined) return backend.history(request)
        return sent.filter((commit) => commit.key === request.instanceKey)
      }),
  }
}

/** Continues at once where there is nothing to wait for. */
function then<T, U>(value: T | Promise<T>, next: (value: T) => U): U | Promise<U> {
  return value instanceof Promise ? value.then(next) : next(value)
}

function accept(
  link: Link,
  batch: readonly InstanceCommit[],
  refusals: readonly Refusal[],
): readonly Refusal[] {
  const refused = new Map<Key, Refusal['reason']>(refusals.map(({ key, reason }) => [key, reason]))
  for (const commit of batch) {
    const reason = refused.get(commit.key)
    const events = commit.events.map((event) => event.type).join(' ')
    link.trace.note(`${link.name} commit ${commit.key} v${commit.version} ${reason ?? 'stored'}: ${events}`)
    if (reason === undefined) link.checker.committed(commit)
  }
  return refusals
}

const latencyOf = ({ random, maxLatencyMs }: Link): number => random.below(maxLatencyMs + 1)

function call<T>(link: Link, method: Method, effect: () => T | Promise<T>): Promise<T> {
  const { scheduler, random, life, name, coverage } = link
  const rates = link.faults()
  const drawn = drawFate(random, method, method === 'commit' ? rates.commit : rates.call)
  const fate: Fate = drawn === 'failLate' && !mayBeLate.has(method) ? 'failBefore' : drawn
  const latency = latencyOf(link) + (fate === 'stall' ? random.between(500, 12_000) : 0)
  /** A request on its way when its node stops may arrive or not. */
  const arrives = random.chance(0.5)
  const point = `${method} ${fate}`
  coverage.set(point, (coverage.get(point) ?? 0) + 1)
  if (fate !== 'done') link.trace.note(`${name} ${point}`)

  return new Promise<T>((resolve, reject) => {
    const answer = (deliver: () => void): void => {
      scheduler.plan(latencyOf(link), `${name} ${method} answer`, deliver, life)
    }
    const failed = (): void => reject(new StoreFault(`${method} failed by plan`))
    const arrive = (): unknown => {
      if (life.dead && !arrives) return undefined
      if (fate === 'failBefore') return answer(failed)
      if (fate === 'crashBefore') return link.crash()
      const settle = (value: T): void => {
        if (fate === 'crashAfter') link.crash()
        else if (fate === 'failAfter') answer(failed)
        else if (fate !== 'failLate') answer(() => resolve(value))
      }
      const value = effect()
      return value instanceof Promise ? value.then(settle) : settle(value)
    }
    if (fate === 'failLate') {
      scheduler.plan(latency, `${name} ${method} cut`, failed, life)
      scheduler.plan(latency + random.below(6_000), `${name} ${method} late`, arrive)
      return
    }
    if (link.defects.answersEarly === true && method === 'commit') answer(() => resolve([] as T))
    scheduler.plan(latency, `${name} ${method}`, arrive)
  })
}
