/**
 * What execution needs of a store: the smallest port, implemented by PostgreSQL and by the model store of the
 * simulation. Promises of `commit`:
 * C1 an instance's changes are stored completely or not at all, and only when its stored version is `baseVersion`;
 * C2 instances refused by version or claim are named in `refused`; the rest of the batch is stored;
 * C3 when the promise rejects, either all or nothing of the batch is stored, and the caller must find out which.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Event, ParentLink } from '@braid/core/engine/event.ts'
import type { MessageRow, OutboxRow, RowChange } from '@braid/core/engine/rows.ts'
import type { InstanceStatus } from '@braid/core/engine/state.ts'
import type { Program } from '@braid/core/model/program.ts'

/** Marks something as done for good: a second commit with the same claim is refused. */
export type Claim = { readonly source: Key; readonly claim: string }

/** A job that a node or worker already holds when it is stored. */
export type Lease = { readonly jobKey: Key; readonly worker: string; readonly until: Instant }

export type FirstAttempt = {
  readonly jobKey: Key
  readonly elementInstanceKey: Key
  readonly worker: string
  /** Absent: when the job was made. */
  readonly startedAt?: Instant
}

export type InstanceCommit = {
  readonly key: Key
  /** 0: the instance must not exist yet. */
  readonly baseVersion: number
  readonly version: number
  readonly definitionKey: Key
  readonly processId: string
  readonly status: InstanceStatus
  readonly parent?: ParentLink
  readonly businessId?: string
  readonly startKey?: string
  /** Open incidents after this commit. */
  readonly incidents: number
  /** Nothing moves until it is resumed. */
  readonly suspended: boolean
  /** `definitionKey` and `processId` are others than before. */
  readonly migrated?: true
  /** Serialised InstanceState, opaque to the store. */
  readonly state: string
  /** Node that holds jobs of this instance without rows; null when none does. */
  readonly holder: Key | null
  readonly at: Instant
  readonly events: readonly Event[]
  /** `rowsOf` every event, without the jobs that are held without a row. */
  readonly rows: readonly RowChange[]
  readonly leases: readonly Lease[]
  /** Jobs that somebody took before they had a row: their first attempt. */
  readonly attempts?: readonly FirstAttempt[]
  /** Its jobs are tasks of a DAG, of which every attempt is kept. */
  readonly keepsAttempts?: true
  readonly claims: readonly Claim[]
  /** Outbox rows that this commit answers: removed with it. */
  readonly delivered: readonly Key[]
}

export type Refusal = { readonly key: Key; readonly reason: 'version' | 'claim' | 'start-key' }

export type StoredInstance = {
  readonly key: Key
  readonly version: number
  readonly definitionKey: Key
  readonly state: string
  readonly holder: Key | null
}

export type ClaimedJob = {
  readonly key: Key
  readonly instanceKey: Key
  readonly definitionKey: Key
  readonly processId: string
  readonly elementInstanceKey: Key
  readonly element: string
  readonly jobType: string
  readonly retries: number
  readonly worker: string
  readonly leaseUntil: Instant
  /** How often it was taken, with this time. */
  readonly attempt: number
}

export type DueTimer = {
  readonly key: Key
  readonly due: Instant
  /** Absent for a timer that starts instances. */
  readonly instanceKey?: Key
  readonly definitionKey: Key
  readonly element: string
  /** Start timers only: further firings (-1 without bound) and how to find the next due time. */
  readonly repetitions?: number
  readonly cycle?: string
}

/** A message or signal meets something that waits for it. */
export type Match = {
  readonly message: MessageRow & { readonly publishedAt: Instant }
  /** Absent for a start event. */
  readonly subscription?: { readonly key: Key; readonly instanceKey: Key }
  readonly definitionKey: Key
  readonly processId: string
  /** The start event, for a start. */
  readonly element: string
  /** What a commit that uses this match must claim. */
  readonly claim: Claim
}

export type StoredDefinition = {
  readonly key: Key
  readonly processId: string
  readonly version: number
  readonly name?: string
  readonly versionTag?: string
  readonly program: Program
  /** Absent: BPMN. */
  readonly language?: string
  readonly deploymentKey: Key
}
/** One whose Program an older compiler made. `source`: the text of its file, to be compiled anew. */
export type OutdatedDefinition = Omit<StoredDefinition, 'program'> & { readonly source: string }

/** What a node says of itself, for people. */
export type NodeFacts = {
  readonly mode: 'ALL' | 'API' | 'WORKER' | 'TEST'
  readonly tags: readonly string[]
  /** Types that it has handlers for. */
  readonly jobTypes: readonly string[]
  /** Jobs in its handlers. */
  readonly running: number
}

export type ExecutionStore = {
  /** `notify`: other nodes live and want to know. */
  commit(batch: readonly InstanceCommit[], options: { readonly notify: boolean }): Promise<readonly Refusal[]>
  loadInstances(keys: readonly Key[]): Promise<readonly StoredInstance[]>
  loadDefinition(key: Key): Promise<StoredDefinition | OutdatedDefinition | undefined>
  /** `deployment`: the one of that process in the caller's deployment, else the latest. */
  findDefinition(query: {
    readonly processId: string
    readonly binding: 'latest' | 'deployment' | 'versionTag'
    readonly versionTag?: string
    readonly callerDefinitionKey?: Key
  }): Promise<Key | undefined>
  /** First key of `count` fresh ones. */
  allocateKeys(count: number): Promise<number>
  /** Takes free jobs whose time has come, oldest first, leases them and counts the attempt. */
  claimJobs(request: {
    readonly jobType: string
    readonly worker: string
    readonly max: number
    readonly now: Instant
    readonly leaseUntil: Instant
  }): Promise<readonly ClaimedJob[]>
  /** Extends leases that their workers still hold; answers with the jobs that were extended. */
  extendLeases(leases: readonly Lease[]): Promise<readonly Key[]>
  findJobOwners(
    jobKeys: readonly Key[],
  ): Promise<readonly { readonly jobKey: Key; readonly instanceKey: Key }[]>
  /** Takes due timers for `claimUntil - now`, earliest first, so that two nodes seldom fire the same one. */
  claimTimers(request: {
    readonly now: Instant
    readonly claimUntil: Instant
    readonly max: number
  }): Promise<readonly DueTimer[]>
  /** When the next timer is due, if any. */
  nextTimer(): Promise<Instant | undefined>
  /** Moves a start timer to its next due time, or removes it. */
  rescheduleStartTimer(
    key: Key,
    next: { readonly due: Instant; readonly repetitions: number } | null,
  ): Promise<void>
  /** Stores a message or signal; false when its message id is already in the buffer. */
  publish(message: MessageRow & { readonly publishedAt: Instant }): Promise<boolean>
  /**
   * Messages and what waits for them. A message meets a subscription of its name and key that was opened before it
   * expired, once per process; a signal meets every subscription that was open when it was broadcast.
   * With keys, only those; without, everything (after a crash).
   */
  match(request: {
    readonly messages?: readonly Key[]
    readonly subscriptions?: readonly Key[]
    readonly now: Instant
    readonly max: number
  }): Promise<readonly Match[]>
  /** Instances that took a message or signal, the first one first. */
  takersOf(source: Key): Promise<readonly Key[]>
  /** Removes messages that can meet nothing any more. */
  expireMessages(now: Instant): Promise<number>
  /** Commands between instances that no commit has answered, written before `before`. */
  pendingOutbox(request: { readonly before: Instant; readonly max: number }): Promise<readonly OutboxRow[]>
  removeOutbox(keys: readonly Key[]): Promise<void>
  /** Says that a node lives. */
  heartbeat(node: {
    readonly id: Key
    readonly name: string
    readonly now: Instant
    readonly facts: NodeFacts
  }): Promise<void>
  nodes(): Promise<readonly { readonly id: Key; readonly name: string; readonly seenAt: Instant }[]>
  removeNode(id: Key): Promise<void>
  /** Instances whose jobs a node holds without rows. */
  heldInstances(holder: Key, max: number): Promise<readonly Key[]>
  /** Events of one instance after a version, in order. */
  history(request: {
    readonly instanceKey: Key
    readonly after: number
    readonly max: number
  }): Promise<readonly HistoryEntry[]>
}

export type HistoryEntry = {
  readonly version: number
  readonly at: Instant
  readonly events: readonly Event[]
}
