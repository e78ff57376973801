/**
 * A Program is the compiled form of a definition (a BPMN process, later a DAG or a script): plain data that
 * survives JSON, keyed by the ids of the source. The engine sees nothing else.
 */
import type { JsonValue } from '../base/json.ts'

export type ElementId = string
export type FlowId = string

/** Raised when the shape below changes, so that a stored Program is compiled anew from its source. */
export const programFormat = 2

export type Program = {
  readonly format: typeof programFormat
  /** Id of the process; also the id of the root node. */
  readonly processId: ElementId
  readonly name?: string
  readonly versionTag?: string
  readonly nodes: readonly Node[]
  readonly flows: readonly Flow[]
}

/** A constant, or FEEL source without the leading `=`. */
export type Expression = { readonly value: JsonValue } | { readonly feel: string }

export type Flow = {
  readonly id: FlowId
  readonly name?: string
  readonly source: ElementId
  readonly target: ElementId
  readonly condition?: Expression
}

export type Mapping = {
  readonly source: Expression /** Path such as `order.total`. */
  readonly target: string
}

/** A wait for work that somebody outside the engine does. */
export type JobSpec = {
  readonly type: Expression
  readonly retries: Expression
  readonly headers: Readonly<Record<string, string>>
  /** A whole number; jobs of higher priority go first. Absent: 0. */
  readonly priority?: Expression
  /** Error that a job without retries throws, when somebody means to catch it; absent: it is an incident. */
  readonly failureCode?: string
}

/** What an event waits for. */
export type Trigger =
  | { readonly kind: 'none' }
  | { readonly kind: 'message'; readonly name: Expression; readonly correlationKey?: Expression }
  | { readonly kind: 'timer'; readonly timer: 'date' | 'duration' | 'cycle'; readonly value: Expression }
  | { readonly kind: 'signal'; readonly name: Expression }
  /** Without a code: catches every error. */
  | { readonly kind: 'error'; readonly code?: string }
  | { readonly kind: 'escalation'; readonly code?: string }
  /** A condition over variables that becomes true (BPMN 2.0 §10.5.5). */
  | { readonly kind: 'conditional'; readonly condition: Expression }
  /**
   * Of a boundary event: `handler` undoes the activity. Of a start event: its event sub-process undoes the sub-process
   * around it.
   */
  | { readonly kind: 'compensation'; readonly handler?: ElementId }
  /** Of a boundary event on a transaction: what it leaves by once it was canceled and compensated. */
  | { readonly kind: 'cancel' }
  /** The first of several occurs, or with `parallel` all of them have. */
  | { readonly kind: 'multiple'; readonly triggers: readonly Trigger[]; readonly parallel: boolean }

/** What an event does when a token reaches it. */
export type Effect =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'message'
      readonly name: Expression
      readonly correlationKey?: Expression
      readonly messageId?: Expression
      /** Milliseconds or an ISO 8601 duration. */
      readonly timeToLive?: Expression
    }
  | { readonly kind: 'signal'; readonly name: Expression }
  | { readonly kind: 'error'; readonly code: Expression }
  | { readonly kind: 'escalation'; readonly code: Expression }
  | { readonly kind: 'terminate' }
  /**
   * Undoes what `activity`, or else everything, did that has completed in the scope. Without `wait` the token goes on at
   * once.
   */
  | { readonly kind: 'compensation'; readonly activity?: ElementId; readonly wait: boolean }
  /** Ends the transaction around it: stop, compensate, leave by its cancel boundary event. */
  | { readonly kind: 'cancel' }
  /** All of them, in order. */
  | { readonly kind: 'multiple'; readonly effects: readonly Effect[] }
  /** Somebody outside does it; the event completes when the job does. */
  | { readonly kind: 'job'; readonly job: JobSpec }

/** A job at a moment in the life of an element or a user task, which waits for it. */
export type Listener<On extends string> = { readonly on: On; readonly job: JobSpec }
export type ExecutionListener = Listener<'start' | 'end'>
export type TaskListener = Listener<'creating' | 'assigning' | 'updating' | 'completing'>

export type UserTaskSpec = {
  readonly assignee?: Expression
  readonly candidateUsers?: Expression
  readonly candidateGroups?: Expression
  readonly dueDate?: Expression
  readonly followUpDate?: Expression
  readonly priority?: Expression
  readonly formId?: string
  readonly formBinding?: 'latest' | 'deployment' | 'versionTag'
  readonly formVersionTag?: string
  readonly externalFormReference?: Expression
  readonly headers: Readonly<Record<string, string>>
  /** In the order in which they run. */
  readonly listeners?: readonly TaskListener[]
}

/** The form that asks for the variables of a new instance. */
export type StartFormSpec = {
  readonly start: ElementId
  readonly formId: string
  readonly binding: 'latest' | 'deployment' | 'versionTag'
  readonly versionTag?: string
}

export type CallSpec = {
  readonly processId: Expression
  readonly binding: 'latest' | 'deployment' | 'versionTag'
  readonly versionTag?: string
  readonly propagateAllChildVariables: boolean
  readonly propagateAllParentVariables: boolean
}

/** How often an activity runs for one token (BPMN 2.0 §10.3.8). */
export type LoopSpec =
  /** One run after the other while `condition` holds, each at most `maximum` times; `testBefore` asks before the first. */
  | {
      readonly kind: 'standard'
      readonly condition?: Expression
      readonly testBefore: boolean
      readonly maximum?: Expression
    }
  /** One run per item of `collection` or of `stream`, or `cardinality` runs. */
  | {
      readonly kind: 'multi-instance'
      readonly sequential: boolean
      readonly collection?: Expression
      readonly cardinality?: Expression
      /** A job that gives the items while it runs, instead of the two above; the runs are parallel. */
      readonly stream?: JobSpec
      /** Variable of a run that holds its item. */
      readonly inputElement?: string
      /**
       * What a run gets instead of its item and `loopCounter`, which only these see. Fewer variables make large loops
       * cheaper.
       */
      readonly runInputs?: readonly Mapping[]
      /** Variable of the scope around that gets a result per run, in the order of the items. */
      readonly outputCollection?: string
      readonly outputElement?: Expression
      /** Once it holds after a run, the others are ended. */
      readonly completionCondition?: Expression
      /** Thrown when a run completes (`behavior` none, one, complex of the standard). */
      readonly events: readonly LoopEvent[]
    }
export type LoopEvent = {
  readonly after: 'each' | 'first'
  readonly condition?: Expression
  readonly effect: Effect
}

type NodeBase = {
  readonly id: ElementId
  readonly name?: string
  /** Local name of the source element, e.g. `serviceTask`: for people and API filters, never read by the engine. */
  readonly sourceType: string
  /** Containing scope; absent for the process itself. */
  readonly scope?: ElementId
  readonly incoming: readonly FlowId[]
  readonly outgoing: readonly FlowId[]
  /** Taken when no conditional flow is. */
  readonly defaultFlow?: FlowId
  readonly inputs: readonly Mapping[]
  readonly outputs: readonly Mapping[]
  /** Variables of its own, even before they are set: results with these names stay inside. */
  readonly locals?: readonly string[]
  /** In the order in which they run. */
  readonly listeners?: readonly ExecutionListener[]
}

/** A part of the graph with its own variables; ends when no token is left inside. */
type ScopeParts = {
  /**
   * Start events without trigger, and activities that no flow leads to; without any start event all nodes that no flow
   * leads to.
   */
  readonly starts: readonly ElementId[]
  /** All start events with a trigger (process level: they create instances). */
  readonly triggeredStarts: readonly ElementId[]
  readonly eventSubProcesses: readonly ElementId[]
}

/** What activities can carry. */
type ActivityParts = {
  readonly boundaryEvents: readonly ElementId[]
  /** Tokens that must have arrived, on whichever incoming flows, for one run; absent: 1. */
  readonly startQuantity?: number
  /** Tokens that leave along each flow taken; absent: 1. */
  readonly completionQuantity?: number
}

export type ProcessNode = NodeBase &
  ScopeParts & {
    readonly type: 'process'
    /** Of a start event without trigger; never read by the engine. */
    readonly startForm?: StartFormSpec
  }
/** Embedded sub-processes and transactions. */
export type SubProcessNode = NodeBase &
  ScopeParts &
  ActivityParts & {
    readonly type: 'sub-process'
    /** A cancel end event inside ends it after compensating it. */
    readonly transaction?: true
  }
/** Activities without a fixed order (BPMN 2.0 §13.3.5); `starts` are those that no flow leads to. */
export type AdHocSubProcessNode = NodeBase &
  ScopeParts &
  ActivityParts & {
    readonly type: 'ad-hoc-sub-process'
    /** One activity at a time. */
    readonly sequential: boolean
    /** List of element ids to activate first; absent: all of `starts`. */
    readonly activeElements?: Expression
    /** Asked whenever something inside completes; absent: done when nothing is left inside. */
    readonly completionCondition?: Expression
    /** Whether a completion condition that holds ends what still runs. */
    readonly cancelRemaining: boolean
  }
/** Its triggered start events say what starts it. */
export type EventSubProcessNode = NodeBase & ScopeParts & { readonly type: 'event-sub-process' }
/** An activity that runs several times; `activity` has the same id and neither flows nor boundary events. */
export type LoopNode = NodeBase &
  ActivityParts & { readonly type: 'loop'; readonly loop: LoopSpec; readonly activity: ActivityNode }
/** Manual and undefined tasks: pass through. */
export type PassTaskNode = NodeBase & ActivityParts & { readonly type: 'pass-task' }
/** Service, send, script, business rule tasks. */
export type JobTaskNode = NodeBase & ActivityParts & { readonly type: 'job-task'; readonly job: JobSpec }
/** A script task whose expression the engine evaluates itself. */
export type ExpressionTaskNode = NodeBase &
  ActivityParts & {
    readonly type: 'expression-task'
    readonly expression: Expression
    readonly resultVariable: string
  }
export type UserTaskNode = NodeBase &
  ActivityParts & { readonly type: 'user-task'; readonly task: UserTaskSpec }
export type ReceiveTaskNode = NodeBase &
  ActivityParts & { readonly type: 'receive-task'; readonly trigger: Trigger }
export type SendTaskNode = NodeBase & ActivityParts & { readonly type: 'send-task'; readonly effect: Effect }
export type CallActivityNode = NodeBase &
  ActivityParts & { readonly type: 'call-activity'; readonly call: CallSpec }
export type StartEventNode = NodeBase & {
  readonly type: 'start-event'
  readonly trigger: Trigger
  /** In an event sub-process: whether it ends all else in the scope around. */
  readonly interrupting: boolean
}
export type CatchEventNode = NodeBase & { readonly type: 'catch-event'; readonly trigger: Trigger }
export type BoundaryEventNode = NodeBase & {
  readonly type: 'boundary-event'
  readonly trigger: Trigger
  readonly attachedTo: ElementId
  readonly interrupting: boolean
}
/** Intermediate throw and end events: an end event is one without outgoing flow. */
export type ThrowEventNode = NodeBase & { readonly type: 'throw-event'; readonly effect: Effect }
export type ExclusiveGatewayNode = NodeBase & { readonly type: 'exclusive-gateway' }
export type ParallelGatewayNode = NodeBase & { readonly type: 'parallel-gateway' }
export type InclusiveGatewayNode = NodeBase & { readonly type: 'inclusive-gateway' }
/** Fires once `activationCondition` holds, and again when nothing more can arrive (BPMN 2.0 §13.4.5). */
export type ComplexGatewayNode = NodeBase & {
  readonly type: 'complex-gateway'
  /** Over `activationCount`, the tokens that wait, and each incoming flow's id; absent: one token is enough. */
  readonly activationCondition?: Expression
}
/** Waits for the first of its successors' triggers. */
export type EventGatewayNode = NodeBase & { readonly type: 'event-based-gateway' }

/** Tasks, sub-processes and call activities. */
export type ActivityNode =
  | SubProcessNode
  | AdHocSubProcessNode
  | PassTaskNode
  | JobTaskNode
  | ExpressionTaskNode
  | UserTaskNode
  | ReceiveTaskNode
  | SendTaskNode
  | CallActivityNode

export type Node =
  | ProcessNode
  | EventSubProcessNode
  | LoopNode
  | ActivityNode
  | StartEventNode
  | CatchEventNode
  | BoundaryEventNode
  | ThrowEventNode
  | ExclusiveGatewayNode
  | ParallelGatewayNode
  | InclusiveGatewayNode
  | ComplexGatewayNode
  | EventGatewayNode

export type NodeType = Node['type']
