/** What the queue of DAG runs needs of a store. Promises:
 * Q1 of a DAG with a bound, never more runs are `started` than the bound, whichever nodes claim;
 * Q2 a run is claimed once, in order of priority, then age; what was claimed and got no instance comes again as abandoned;
 * Q3 where there is a bound per user, users of one priority take turns: who has the fewest runs comes first.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Beginning } from '@braid/core/engine/event.ts'
import type { DagModel } from '@braid/core/model/dag.ts'

export type StoredDag = {
  readonly key: Key
  readonly dagId: string
  readonly version: number
  readonly model: DagModel
}

export type DagRunOrigin = {
  readonly trigger: 'manual' | 'schedule' | 'backfill' | 'rerun'
  readonly startedBy?: string
  readonly variant?: string
  readonly scheduleKey?: Key
  readonly scheduledFor?: Instant
  readonly rerunOf?: Key
  readonly rerunFrom?: string
}

/** What its instance is made of. */
export type PendingRun = {
  readonly key: Key
  readonly definitionKey: Key
  readonly dagId: string
  readonly variables: JsonObject
  readonly begin?: Beginning
  readonly businessId?: string
}

export type NewDagRun = PendingRun &
  DagRunOrigin & {
    readonly priority: number
    /** Absent: it starts at once. */
    readonly maxActive?: number
    /** Of those with the same `startedBy`; then they take turns. */
    readonly maxPerUser?: number
    readonly createdAt: Instant
  }

export type ClaimedRuns = {
  readonly claimed: readonly PendingRun[]
  /** Started runs of the DAG, with those: when one ends, another may be claimed. */
  readonly active: readonly Key[]
}

export type DagRunStore = {
  /** One that can be started: a version, or the latest of an id. */
  findDag(choice: { readonly dagKey: Key } | { readonly dagId: string }): Promise<StoredDag | undefined>
  /**
   * As queued, or without bound as claimed. `full`: too many are queued already. `known`: there is a run of that key.
   * Then nothing was stored.
   */
  addRun(run: NewDagRun, now: Instant): Promise<'added' | 'full' | 'known'>
  /** Takes queued runs of a DAG as far as its bound allows. */
  claimRuns(dagId: string, now: Instant): Promise<ClaimedRuns>
  /** DAGs with queued runs. */
  queuedDags(): Promise<readonly string[]>
  /** Runs claimed before `before` that have no instance, claimed anew. */
  claimAbandoned(before: Instant, now: Instant): Promise<readonly PendingRun[]>
  /** Notes which started runs have ended. */
  settleRuns(): Promise<void>
  /** Of a run without an instance; `queued`: only while it is that. False when there is none such. */
  cancelRun(key: Key, options: { readonly onlyQueued: boolean }): Promise<boolean>
  /** A run that was refused: as if it had never been asked for. */
  removeRun(key: Key): Promise<void>
  /** `started`: claimed, so that it has an instance or may get one. */
  findRun(key: Key): Promise<{ readonly run: PendingRun; readonly started: boolean } | undefined>
  /** A claimed run that may have no instance yet. */
  findStarted(key: Key): Promise<PendingRun | undefined>
}
