/** What can be wrong in a BPMN file, or only noteworthy. Codes are stable: people search for them, programs match them. */
import { FindingLogOf, type FindingOf, type ListCode } from '../finding.ts'
import type { TextCode } from '../xml/guard.ts'

export type Finding = FindingOf<FindingCode>

/** Collects the findings of one BPMN file. */
export class FindingLog extends FindingLogOf<FindingCode> {}

export type FindingCode = DocumentCode | ProcessCode | ElementCode | FlowCode | CompilerCode

/** About the file as a whole. */
export type DocumentCode =
  /** The root element is not BPMN's definitions. */
  | 'NOT_BPMN'
  /** An id occurs twice. */
  | 'DUPLICATE_ID'
  /** An id that XML does not allow, or that is too long. */
  | 'INVALID_ID'
  /** An element or text that BPMN does not allow at its place. */
  | 'UNKNOWN_ELEMENT'
  /** An attribute that BPMN does not define for its element; ignored. */
  | 'UNKNOWN_ATTRIBUTE'
  /** A reference to something that the file does not contain. */
  | 'DANGLING_REFERENCE'
  | TextCode

/** About a process. */
export type ProcessCode =
  /** The file contains nothing to run. */
  | 'NO_EXECUTABLE_PROCESS'
  /** A process that is not executable; not deployed. */
  | 'PROCESS_SKIPPED'
  /** A process that does not say whether it is executable; deployed. */
  | 'EXECUTABLE_ASSUMED'
  /** A process without flow nodes. */
  | 'EMPTY_PROCESS'
  /** A sub-process without flow nodes; it completes at once. */
  | 'EMPTY_SUB_PROCESS'
  /** Nothing in the process or sub-process can start. */
  | 'NO_START'

/** About one element. */
export type ElementCode =
  /** A process or flow element without id. */
  | 'MISSING_ID'
  /** An element or attribute whose meaning Braid can't execute. */
  | 'UNSUPPORTED_ELEMENT'
  /** An attribute or element of Camunda 7 that has no equal; the message says what to write instead. */
  | 'CAMUNDA_7_EXTENSION'
  /** Something of Camunda 7 runs, but not quite as it did there. */
  | 'CAMUNDA_7_DIFFERENCE'
  /** An extension that has no meaning to Braid or at its place; kept in the file, otherwise ignored. */
  | 'IGNORED_EXTENSION'
  /** A task that needs somebody to do it, but does not say what kind of job it is. */
  | 'MISSING_TASK_DEFINITION'
  /** A call activity that names no process. */
  | 'MISSING_CALLED_PROCESS'
  /** A message event or task without message, or a message without name. */
  | 'MISSING_MESSAGE'
  /** A signal event without signal, or a signal without name. */
  | 'MISSING_SIGNAL'
  /** A referenced error or escalation has no code: an event that catches it catches every one. */
  | 'MISSING_CODE'
  /** An event that must wait for something, but does not say for what. */
  | 'MISSING_TRIGGER'
  /** An event of a kind that the standard does not allow at its place. */
  | 'INVALID_EVENT_POSITION'
  /** A timer value that is no date, duration or cycle. */
  | 'INVALID_TIMER'
  /** An expression that does not parse. */
  | 'INVALID_EXPRESSION'
  /** An expression of Camunda 7 (`${…}`) that FEEL has no equal for. */
  | 'UNSUPPORTED_EXPRESSION'
  /** An input or output mapping without source, with an impossible target, or at an element that has no variables. */
  | 'INVALID_MAPPING'
  /** An extension attribute with a value that it can't have. */
  | 'INVALID_VALUE'
  /** A link event without name; it meets the others of its scope that have none. */
  | 'MISSING_LINK_NAME'
  /** A throwing link without a catching link of its name in the same scope. */
  | 'LINK_WITHOUT_TARGET'
  /** Two catching links of one name in one scope. */
  | 'AMBIGUOUS_LINK'
  /** An event of several kinds, one of which can't stand beside others. */
  | 'INVALID_MULTIPLE_EVENT'
  /** A loop or multi-instance that does not say how often it runs, or says it wrongly. */
  | 'INVALID_LOOP'
  /** An activity that no flow leads to, beside a start event: it begins with its scope. */
  | 'BEGINS_WITHOUT_FLOW'
  /** A compensation boundary event without association, so that nothing is undone, or with a wrong one. */
  | 'COMPENSATION_WITHOUT_HANDLER'
  /** A compensation event that names something else than an activity of its scope. */
  | 'COMPENSATION_TARGET'
  /** A cancel end event outside a transaction, or a cancel boundary event at something else. */
  | 'CANCEL_WITHOUT_TRANSACTION'
  /** An ad-hoc sub-process with a start or end event. */
  | 'AD_HOC_EVENT'
  /** A data association whose ends are no variables; ignored. */
  | 'IGNORED_DATA_ASSOCIATION'
  /** A boundary event that is not attached to an activity of its scope. */
  | 'BOUNDARY_WITHOUT_HOST'
  /** Two events would catch the same thing at the same place. */
  | 'DUPLICATE_CATCH'
  /** A sub-process starts with an event that waits for something, or contains what starts instances. */
  | 'SUB_PROCESS_START'
  /** An event sub-process without start event that waits for something, or with another one beside one for compensation. */
  | 'EVENT_SUB_PROCESS_START'

/** About sequence flows and the graph they make. */
export type FlowCode =
  /** A sequence flow without source or target, or whose end is not a flow node. */
  | 'FLOW_WITHOUT_END'
  /** A sequence flow between different processes or sub-processes. */
  | 'FLOW_CROSSES_SCOPE'
  /** A sequence flow into an element that takes none: an event that waits by itself, a compensation activity, a link. */
  | 'FLOW_NOT_ACCEPTED'
  /** A sequence flow out of an element that gives none: an end event, what compensates, a link. */
  | 'FLOW_NOT_OFFERED'
  /** A deciding gateway's flow with neither condition nor default. */
  | 'MISSING_CONDITION'
  /** A condition where the standard gives it no meaning; ignored. */
  | 'IGNORED_CONDITION'
  /** A default flow that does not leave its element. */
  | 'INVALID_DEFAULT_FLOW'
  /** An event-based gateway with something else behind it than events to wait for. */
  | 'EVENT_GATEWAY_SUCCESSOR'
  /** An element that no token can reach. */
  | 'UNREACHABLE'

/** About the compiler's own limits. */
export type CompilerCode =
  /** Compiling took too long. */
  'COMPILE_TIMEOUT' | ListCode
