/** All invariants over one run: sees every commit that the store took, before anybody is answered. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event } from '@braid/core/engine/event.ts'
import { evolve, initialState } from '@braid/core/engine/evolve.ts'
import { type Graph, nodeOf } from '@braid/core/engine/graph.ts'
import { serializeState } from '@braid/core/engine/serialize.ts'
import type { InstanceState } from '@braid/core/engine/state.ts'
import type { InstanceCommit } from '../../../server/src/store/port.ts'
import type { ModelTables } from '../model-tables.ts'
import { Violation } from '../violation.ts'
import { createLeaseAccount, type LeaseAccount } from './lease-account.ts'
import { createMessageAccount, type MessageAccount } from './message-account.ts'
import { createRowAccount, type RowAccount } from './row-account.ts'
import { createTokenAccount, type TokenAccount } from './token-account.ts'
import { createWaitAccount, type WaitAccount } from './wait-account.ts'

/** What the log of one instance says so far. */
export type Tracked = {
  readonly graph: Graph
  readonly definitionKey: Key
  readonly processId: string
  readonly state: InstanceState
  version: number
  holder: Key | null
  /** Jobs and user tasks that were completed. */
  readonly completed: Set<Key>
  /** Serialised, one for each commit. */
  readonly versions: string[]
  readonly tokens: TokenAccount
  readonly waits: WaitAccount
  readonly rows: RowAccount
}

export type Checker = {
  committed(commit: InstanceCommit): void
  /** Somebody started to do a job. */
  executed(jobKey: Key): void
  readonly leases: LeaseAccount
  readonly messages: MessageAccount
  readonly instances: ReadonlyMap<Key, Tracked>
  readonly commits: number
}

export type CheckerOptions = {
  readonly graphOf: (definitionKey: Key) => Graph
  /** The latest time that any clock has shown. */
  readonly latest: () => Instant
  /** Tables to compare with; absent where they are not in memory. */
  readonly tables: ModelTables | undefined
}

export function createChecker({ graphOf, latest, tables }: CheckerOptions): Checker {
  const instances = new Map<Key, Tracked>()
  const executed = new Set<Key>()
  const leases = createLeaseAccount()
  const messages = createMessageAccount(latest)
  let commits = 0

  const track = (commit: InstanceCommit): Tracked => {
    const known = instances.get(commit.key)
    if (known !== undefined) return known
    const [created] = commit.events
    if (created?.type !== 'instance-created') {
      throw new Violation('I7', `the log of ${commit.key} begins with ${created?.type}`)
    }
    const graph = graphOf(commit.definitionKey)
    const { definitionKey, processId } = commit
    const fresh: Tracked = {
      graph,
      definitionKey,
      processId,
      state: initialState(created),
      version: 0,
      holder: null,
      completed: new Set(),
      versions: [],
      tokens: createTokenAccount(graph),
      waits: createWaitAccount(graph, (job) => executed.has(job)),
      rows: createRowAccount(),
    }
    instances.set(commit.key, fresh)
    return fresh
  }

  const applyEvents = (tracked: Tracked, commit: InstanceCommit): void => {
    const times = { at: commit.at, latest: latest() }
    const { tokens, waits, state, processId, graph } = tracked
    for (const event of commit.events) {
      if (state.status !== 'active' && event.type !== 'parent-notified') {
        throw new Violation('I11', `${event.type} after the end of ${commit.key}`)
      }
      const wait = 'key' in event ? waits.find(event.key) : undefined
      const isAlone = (): boolean => wait !== undefined && !isOneOfAll(graph, wait.element)
      if (event.type === 'timer-fired' && wait !== undefined && isAlone()) tokens.triggered(wait.element)
      else if (event.type === 'error-caught') tokens.triggered(event.caughtBy)
      else if (event.type === 'trigger-matched') {
        if (event.last === true) tokens.triggered(event.element)
      } else if (isMet(event) && wait !== undefined && isAlone()) tokens.triggered(wait.element)
      else if (event.type === 'subscription-triggered' && wait !== undefined) {
        if (isAlone()) tokens.triggered(wait.element)
        const kind = wait.kind === 'signal' ? 'signal' : 'message'
        messages.triggered(event.source, kind, { processId, key: event.key })
      } else if (event.type === 'job-completed' || event.type === 'user-task-completed') {
        tracked.completed.add(event.key)
      }
      tokens.apply(event)
      waits.apply(event, times)
      evolve(state, event)
    }
    tokens.endCommit()
  }

  return {
    committed: (commit) => {
      commits += 1
      const tracked = track(commit)
      if (commit.version !== tracked.version + 1 || commit.baseVersion !== tracked.version) {
        throw new Violation(
          'I7',
          `version ${commit.version} of ${commit.key} was stored after ${tracked.version}`,
        )
      }
      tracked.version = commit.version
      tracked.holder = commit.holder
      tracked.versions.push(commit.state)
      messages.claimed(commit)
      applyEvents(tracked, commit)
      leases.committed(commit)
      checkState(tracked, commit, tables)
      if (tables !== undefined) tracked.rows.committed(commit, tables)
    },
    executed: (jobKey) => {
      executed.add(jobKey)
    },
    leases,
    messages,
    instances,
    get commits() {
      return commits
    },
  }
}

/** I8 the log, replayed, is the state; I11 whatever is alive has a cause to move, and what has ended owns nothing. */
function checkState(tracked: Tracked, commit: InstanceCommit, tables: ModelTables | undefined): void {
  const { state } = tracked
  const replayed = serializeState(state)
  if (replayed !== commit.state) {
    throw new Violation('I8', `the log of ${commit.key} gives ${replayed}, its commit has ${commit.state}`)
  }
  const stored = tables?.instances.get(commit.key)
  if (tables !== undefined && (stored?.state !== replayed || stored.version !== commit.version)) {
    throw new Violation('I8', `the log of ${commit.key} gives ${replayed}, its row has ${stored?.state}`)
  }
  if (state.status !== commit.status || state.incidents.size !== commit.incidents) {
    throw new Violation('I8', `status or incidents of ${commit.key} do not follow from its log`)
  }
  if (state.status !== 'active') {
    if (state.elements.size + state.owners.size + state.incidents.size > 0) {
      throw new Violation('I11', `${commit.key} has ended and still owns something`)
    }
    if (commit.holder !== null) throw new Violation('I11', `${commit.key} has ended and is still held`)
    return
  }
  const troubled = new Set([...state.incidents.values()].map((incident) => incident.elementInstanceKey))
  for (const { key, element, waits, children, tokens } of state.elements.values()) {
    if (waits.length > 0 || children > 0 || troubled.has(key)) continue
    if (tokens.size > 0) throw new Violation('I11', `tokens of ${element} ${key} wait for nobody`)
    throw new Violation(
      'I11',
      `nothing can move ${element} ${key} (${nodeOf(tracked.graph, element).def.type})`,
    )
  }
}

/** Of a parallel multiple event one trigger alone is not enough. */
function isOneOfAll(graph: Graph, element: string): boolean {
  const { def } = nodeOf(graph, element)
  return 'trigger' in def && def.trigger.kind === 'multiple' && def.trigger.parallel
}

/** A condition that is waited for once is dropped when it has become true. */
const isMet = (event: Event): boolean =>
  event.type === 'condition-dropped' || (event.type === 'condition-changed' && event.met)
