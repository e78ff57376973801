/** What operations and applications ask of execution; transports never go deeper. */

import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { Command, Rejection } from '@braid/core/engine/command.ts'
import type { Beginning, IncidentType } from '@braid/core/engine/event.ts'
import type { InstanceStatus } from '@braid/core/engine/state.ts'
import type { ListenerPlace } from '@braid/core/engine/wait-event.ts'
import type { Program } from '@braid/core/model/program.ts'
import type { Notice } from '../store/notifications.ts'
import type { NodeFacts } from '../store/port.ts'
import type { OutputEntry, OutputSource } from '../store/task-output-port.ts'
import type { OutputListener } from './task-output.ts'

export type { NodeFacts }

export type ActivatedJob = {
  readonly key: Key
  readonly jobType: string
  readonly instanceKey: Key
  readonly definitionKey: Key
  readonly processId: string
  readonly definitionVersion: number
  readonly elementInstanceKey: Key
  readonly element: string
  readonly headers: Readonly<Record<string, string>>
  readonly retries: number
  readonly priority: number
  readonly leaseUntil: Instant
  readonly worker: string
  /** From 1: how often it was taken. */
  readonly attempt: number
  /** It is a listener's, not the element's own. */
  readonly listener?: ListenerPlace
  /** It gives a loop its items, of which the loop has taken so many: the producer can go on from there. */
  readonly itemsTaken?: number
  /** Everything visible at the element, or the requested names. */
  readonly variables: JsonObject
}

export type JobContext = {
  /** Aborted when the job is gone: nobody asks for its result any more. */
  readonly signal: AbortSignal
  /**
   * Gives items to the loop whose job this is, one run each; `offset`: how many were given before these. Those that the
   * loop has taken already are passed over. Resolves once all are stored, which may take until runs have ended. Rejects
   * with an AbortError when the job is gone, with another error when the job is not one that gives items.
   */
  addItems(offset: number, items: readonly JsonValue[]): Promise<void>
}

/** Work done in this process. The returned object becomes variables; a throw fails the job. */
export type JobHandler = (job: ActivatedJob, context: JobContext) => Promise<JsonObject | undefined>

/** Thrown by a handler to throw a BPMN error instead of failing the job. */
export class BpmnError extends Error {
  readonly code: string
  readonly variables: JsonObject
  constructor(code: string, message = '', variables: JsonObject = {}) {
    super(message)
    this.code = code
    this.variables = variables
  }
}

/** Thrown by a handler when an operator has to look, not a retry. */
export class IncidentError extends Error {
  readonly incident: IncidentType
  constructor(incident: IncidentType, message: string) {
    super(message)
    this.incident = incident
  }
}

/** Thrown by a handler that says itself what becomes of its job. */
export class JobFailure extends Error {
  /** Attempts that are left. */
  readonly retries: number
  readonly retryBackOffMs: number
  constructor(message: string, next: { readonly retries: number; readonly retryBackOffMs: number }) {
    super(message)
    this.retries = next.retries
    this.retryBackOffMs = next.retryBackOffMs
  }
}

/** Too much is waiting already: answered as 503 with Retry-After, nothing was stored. */
export class OverloadError extends Error {}

export type InstanceSummary = {
  readonly key: Key
  readonly status: InstanceStatus
  readonly version: number
  readonly variables: JsonObject
}

export type HandleOptions = {
  /** Jobs at once on this node; 1,000 unless said. */
  readonly concurrency?: number
  /** The store bounds how many run at once on all nodes, so it is asked for each of them. */
  readonly bounded?: boolean
}

export type Execution = {
  /** Of this node. */
  readonly nodeKey: Key
  /** Resolves after the commit that holds the command's effect. Throws OverloadError under back-pressure. */
  submit(instanceKey: Key, command: Command): Promise<Result<{ readonly version: number }, Rejection>>
  createInstance(request: {
    readonly definitionKey: Key
    readonly variables: JsonObject
    readonly startElement?: string
    /** Where its tokens begin, instead of at a start event. */
    readonly begin?: Beginning
    readonly businessId?: string
    /** From `nextKey`; refused as `conflict` when an instance has it. */
    readonly instanceKey?: Key
    /** Refused as `conflict` while another instance of the process has it. */
    readonly startKey?: string
  }): Promise<Result<{ readonly instanceKey: Key }, Rejection>>
  /** Waits for the end of an instance on any node; undefined at the timeout or abort. */
  awaitEnd(instanceKey: Key, timeoutMs: number, signal?: AbortSignal): Promise<InstanceSummary | undefined>
  /** Buffered for `timeToLiveMs`. Refused when the message id is in the buffer. */
  publishMessage(message: {
    readonly name: string
    readonly correlationKey: string
    readonly messageId?: string
    readonly timeToLiveMs: number
    readonly variables: JsonObject
  }): Promise<Result<{ readonly messageKey: Key }, Rejection>>
  /** Correlates now or refuses with `not-found`; nothing is buffered. */
  correlateMessage(message: {
    readonly name: string
    readonly correlationKey: string
    readonly variables: JsonObject
  }): Promise<Result<{ readonly messageKey: Key; readonly instanceKey: Key }, Rejection>>
  broadcastSignal(signal: {
    readonly name: string
    readonly variables: JsonObject
  }): Promise<{ readonly signalKey: Key }>
  /** Up to `max` jobs, at once when there are any, else when one comes or after `longPollMs`. */
  activateJobs(request: {
    readonly jobType: string
    readonly worker: string
    readonly max: number
    readonly leaseMs: number
    readonly longPollMs: number
    readonly fetchVariables?: readonly string[]
    readonly signal?: AbortSignal
  }): Promise<readonly ActivatedJob[]>
  /** Everything visible at an element instance that lives; undefined when it does not. */
  variablesAt(instanceKey: Key, elementInstanceKey: Key): Promise<JsonObject | undefined>
  /** The instance that a living job belongs to. */
  jobOwner(jobKey: Key): Promise<Key | undefined>
  /** New definitions are stored: start timers and subscriptions are looked at again. */
  definitionsChanged(): void
  /** Takes the place of the handler before it, whose jobs go on. Call what it gives to take no more jobs. */
  handle(jobType: string, handler: JobHandler, options?: HandleOptions): () => void
  /** As this version compiles it. */
  program(definitionKey: Key): Promise<Program | undefined>
  /** Called when definitions were deployed or deleted, on any node. */
  onDefinitions(listener: () => void): void
  /** A batch operation can begin or go on. */
  batchesChanged(): void
  /** What another node says of its commits; hints that may be late or lost. */
  heardOf(notice: Notice): void
  /** Called after each commit, of any node, with the instance that it changed; undefined: any may have changed. */
  onCommit(listener: (instanceKey: Key | undefined) => void): () => void
  /**
   * Called with jobs that nobody needs any more, canceled on any node; `*`: any may have been. Late or lost when other
   * nodes canceled them.
   */
  onJobsCanceled(listener: (jobKeys: readonly Key[] | '*') => void): void
  /** Those that there are. */
  livingJobs(jobKeys: readonly Key[]): Promise<ReadonlySet<Key>>
  /** What a task says while it runs: never waits, never throws, stored within a tick. */
  report(job: ActivatedJob, entries: readonly OutputEntry[]): void
  reportFor(source: OutputSource, entries: readonly OutputEntry[]): void
  /** Of what may not get lost: resolves once it is stored. */
  writeOutput(source: OutputSource, entries: readonly OutputEntry[]): Promise<void>
  /** Called after output of an instance was stored, on any node; undefined: of any instance there may be more. */
  onOutput(listener: OutputListener): () => void
  nextKey(): Promise<Key>
  now(): Instant
  /** What this node is there for, and has in hand. */
  facts(): NodeFacts
  /** Time was moved by hand. */
  clockMoved(): void
  /** Takes up work: timers, messages, jobs, and what stopped nodes left. */
  start(): Promise<void>
  /** Takes no more work, finishes what is being stored, hands the rest to others. */
  stop(): Promise<void>
}
