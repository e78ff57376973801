/**
 * A Program is the compiled form of a definition (a BPMN process, later a DAG or a script): plain data that
 * survives JSON, keyed by the ids of the source. The engine sees nothing else.
 */
import type { JsonValue } from '../base/json.ts'

export type ElementId = string
export type FlowId = string

export type Program = {
  /** Raised when the shape below changes, so that a stored Program is compiled anew from its source. */
  readonly format: 1
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
  /** Somebody outside does it; the event completes when the job does. */
  | { readonly kind: 'job'; readonly job: JobSpec }

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
}

export type CallSpec = {
  readonly processId: Expression
  readonly binding: 'latest' | 'deployment' | 'versionTag'
  readonly versionTag?: string
  readonly propagateAllChildVariables: boolean
  readonly propagateAllParentVariables: boolean
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
}

/** A part of the graph with its own variables; ends when no token is left inside. */
type ScopeParts = {
  /** Start events without trigger, and nodes without incoming flow when there is no start event at all. */
  readonly starts: readonly ElementId[]
  /** All start events with a trigger (process level: they create instances). */
  readonly triggeredStarts: readonly ElementId[]
  readonly eventSubProcesses: readonly ElementId[]
}

/** Activities can carry boundary events. */
type ActivityParts = { readonly boundaryEvents: readonly ElementId[] }

export type ProcessNode = NodeBase &
  ScopeParts & {
    readonly type: 'process'
    /** Of the start event without trigger; never read by the engine. */
    readonly startFormId?: string
  }
export type SubProcessNode = NodeBase & ScopeParts & ActivityParts & { readonly type: 'sub-process' }
/** Its single triggered start event says what starts it; `interrupting` is that event's. */
export type EventSubProcessNode = NodeBase &
  ScopeParts & { readonly type: 'event-sub-process'; readonly interrupting: boolean }
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
/** Waits for the first of its successors' triggers. */
export type EventGatewayNode = NodeBase & { readonly type: 'event-based-gateway' }

export type Node =
  | ProcessNode
  | SubProcessNode
  | EventSubProcessNode
  | PassTaskNode
  | JobTaskNode
  | ExpressionTaskNode
  | UserTaskNode
  | ReceiveTaskNode
  | SendTaskNode
  | CallActivityNode
  | StartEventNode
  | CatchEventNode
  | BoundaryEventNode
  | ThrowEventNode
  | ExclusiveGatewayNode
  | ParallelGatewayNode
  | InclusiveGatewayNode
  | EventGatewayNode

export type NodeType = Node['type']
