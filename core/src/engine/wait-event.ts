/** Events about what element instances wait for: jobs, people, time, messages, signals, conditions. See `event.ts`. */
import type { Instant } from '../base/instant.ts'
import type { JsonObject } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import type { ElementId, ExecutionListener, TaskListener } from '../model/program.ts'

export type JobCreated = {
  readonly type: 'job-created'
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly jobType: string
  readonly retries: number
  /** It is a listener's, not the element's own. */
  readonly listener?: ListenerStep
  /** It gives the loop its items. */
  readonly items?: true
  /** Jobs of higher priority go first; absent: 0. */
  readonly priority?: number
}
/** Which of the listeners for `on` it is, counted from 0. */
export type ListenerPlace = {
  readonly on: ExecutionListener['on'] | TaskListener['on']
  readonly index: number
}
export type ListenerStep = ListenerPlace & {
  /** What the event carried that the element waits to handle. */
  readonly payload?: JsonObject
  /** What earlier listeners for the creation of a user task corrected. */
  readonly corrections?: UserTaskFields
}
export type JobCompleted = { readonly type: 'job-completed'; readonly key: Key }
export type JobFailed = {
  readonly type: 'job-failed'
  readonly key: Key
  /** Left after this failure. */
  readonly retries: number
  /** Not offered again before. */
  readonly retryAt: Instant
  readonly message: string
}
/** The worker threw a BPMN error. */
export type JobErrorThrown = {
  readonly type: 'job-error-thrown'
  readonly key: Key
  readonly code: string
  readonly message: string
}
export type JobRetriesUpdated = {
  readonly type: 'job-retries-updated'
  readonly key: Key
  readonly retries: number
}
export type JobCanceled = { readonly type: 'job-canceled'; readonly key: Key }

/** Jobs that a node held in memory only get rows, so that others can see and, unless leased, take them. */
export type JobsPublished = {
  readonly type: 'jobs-published'
  readonly jobs: readonly {
    readonly key: Key
    readonly elementInstanceKey: Key
    readonly element: ElementId
    readonly jobType: string
    readonly retries: number
    readonly listener?: ListenerPlace
    readonly items?: true
    readonly priority?: number
  }[]
}

export type UserTaskFields = {
  readonly assignee?: string | null
  readonly candidateUsers?: readonly string[]
  readonly candidateGroups?: readonly string[]
  readonly dueDate?: string | null
  readonly followUpDate?: string | null
  readonly priority?: number
}
export type UserTaskCreated = {
  readonly type: 'user-task-created'
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly name?: string
  readonly formId?: string
  readonly externalFormReference?: string
} & UserTaskFields
export type UserTaskUpdated = {
  readonly type: 'user-task-updated'
  readonly key: Key
  readonly action: string
} & UserTaskFields
/** A change of a user task that its listeners are asked about first. */
export type UserTaskChangePending = {
  readonly type: 'user-task-change-pending'
  readonly key: Key
} & PendingChange
export type PendingChange = {
  readonly on: 'assigning' | 'updating' | 'completing'
  readonly action: string
  readonly changes: UserTaskFields
  /** Of a completion. */
  readonly variables?: JsonObject
}
/** A listener said no: the task stays as it was. */
export type UserTaskChangeDenied = {
  readonly type: 'user-task-change-denied'
  readonly key: Key
  readonly reason: string
}
export type UserTaskCompleted = {
  readonly type: 'user-task-completed'
  readonly key: Key
  readonly action: string
}
export type UserTaskCanceled = { readonly type: 'user-task-canceled'; readonly key: Key }

export type TimerArmed = {
  readonly type: 'timer-armed'
  readonly key: Key
  readonly elementInstanceKey: Key
  /** The event that fires. */
  readonly element: ElementId
  readonly due: Instant
  /** Further firings after this one: a count, or -1 without bound. */
  readonly repetitions?: number
  /** ISO 8601 interval or cron text that gives the next due time. */
  readonly cycle?: string
  /** Which trigger of a multiple event. */
  readonly part?: number
}
export type TimerFired = { readonly type: 'timer-fired'; readonly key: Key }
export type TimerCanceled = { readonly type: 'timer-canceled'; readonly key: Key }

export type SubscriptionOpened = {
  readonly type: 'subscription-opened'
  readonly key: Key
  readonly kind: 'message' | 'signal'
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly name: string
  /** Messages only. */
  readonly correlationKey?: string
  /** Which trigger of a multiple event. */
  readonly part?: number
}
export type SubscriptionClosed = { readonly type: 'subscription-closed'; readonly key: Key }
/** A message or signal reached a subscription, which stays open until `subscription-closed`. */
export type SubscriptionTriggered = {
  readonly type: 'subscription-triggered'
  readonly key: Key
  /** Key of the message or signal. */
  readonly source: Key
}

/** Waits for a condition over variables to become true. */
export type ConditionAwaited = {
  readonly type: 'condition-awaited'
  readonly key: Key
  readonly elementInstanceKey: Key
  readonly element: ElementId
  /** Which trigger of a multiple event. */
  readonly part?: number
}
/** A condition that holds must cease to before it can become true again. */
export type ConditionChanged = {
  readonly type: 'condition-changed'
  readonly key: Key
  readonly met: boolean
}
export type ConditionDropped = { readonly type: 'condition-dropped'; readonly key: Key }
/** One trigger of a parallel multiple event occurred; `last`: now all have, and the event with them. */
export type TriggerMatched = {
  readonly type: 'trigger-matched'
  readonly elementInstanceKey: Key
  readonly element: ElementId
  readonly variables: JsonObject
  readonly last?: true
}
/** An ad-hoc sub-process can be told to activate elements. */
export type ActivationAwaited = {
  readonly type: 'activation-awaited'
  readonly key: Key
  readonly elementInstanceKey: Key
}
export type ActivationDropped = { readonly type: 'activation-dropped'; readonly key: Key }

export type WaitEvent =
  | JobCreated
  | JobCompleted
  | JobFailed
  | JobErrorThrown
  | JobRetriesUpdated
  | JobCanceled
  | JobsPublished
  | UserTaskCreated
  | UserTaskUpdated
  | UserTaskChangePending
  | UserTaskChangeDenied
  | UserTaskCompleted
  | UserTaskCanceled
  | TimerArmed
  | TimerFired
  | TimerCanceled
  | SubscriptionOpened
  | SubscriptionClosed
  | SubscriptionTriggered
  | ConditionAwaited
  | ConditionChanged
  | ConditionDropped
  | TriggerMatched
  | ActivationAwaited
  | ActivationDropped
