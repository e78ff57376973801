/** What can be wrong in DMN files, or only noteworthy. Codes are stable: people search for them, programs match them. */
import { FindingLogOf, type FindingOf, type ListCode } from '../finding.ts'
import type { TextCode } from '../xml/guard.ts'

export type Finding = FindingOf<FindingCode> & {
  /** The position of the file among those that were given. */
  readonly file: number
}

export type FindingCode = DecisionCode | TextCode | ListCode

/** Collects the findings of one DMN file. */
export class FindingLog extends FindingLogOf<FindingCode> {}

/** About decisions and what they are made of. */
export type DecisionCode =
  /** The root element is not DMN's definitions, or of a version that nobody has published. */
  | 'NOT_DMN'
  /** An id occurs twice. */
  | 'DUPLICATE_ID'
  /** Two elements of a file have the same name, so that nobody could say which one is meant. */
  | 'DUPLICATE_NAME'
  /** An element without the name that others know it by. */
  | 'MISSING_NAME'
  /** An element that DMN does not allow at its place. */
  | 'UNKNOWN_ELEMENT'
  /** An element lacks a part that it must have. */
  | 'MISSING_PART'
  /** An attribute with a value that it can't have. */
  | 'INVALID_VALUE'
  /** A reference to something that the files do not contain. */
  | 'DANGLING_REFERENCE'
  /** A type that is neither one of FEEL nor an item definition of the file or its imports. */
  | 'UNKNOWN_TYPE'
  /** Item definitions that contain each other. */
  | 'CYCLIC_TYPE'
  /** Decisions that require each other. */
  | 'CYCLIC_REQUIREMENT'
  /** An expression that does not parse. */
  | 'INVALID_EXPRESSION'
  /** An expression in another language than FEEL. */
  | 'UNSUPPORTED_LANGUAGE'
  /** A rule with more or fewer cells than its table has columns. */
  | 'RULE_WIDTH'
  /** A table that sums or compares results which consist of several outputs. */
  | 'INVALID_AGGREGATION'
  /** A decision without logic; its result is null. */
  | 'NO_LOGIC'
