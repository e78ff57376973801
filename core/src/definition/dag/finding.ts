/** What can be wrong in a DAG, or only noteworthy. Codes are stable: people search for them, programs match them. */
import { FindingLogOf, type FindingOf, type Position } from '../finding.ts'

export type DagCode =
  /** Not what the format of DAGs wants at its place. */
  | 'INVALID_DAG'
  /** An id occurs twice. */
  | 'DUPLICATE_ID'
  /** An id that can't be the name of a variable, or means something else already. */
  | 'INVALID_ID'
  /** A name that no node has. */
  | 'UNKNOWN_NODE'
  /** A node inside a map, generate or repeat node, used from outside. */
  | 'NODE_OUT_OF_REACH'
  /** Nodes that wait for each other. */
  | 'DEPENDENCY_CYCLE'
  /** A branch that the choice does not have, or of a node that is no choice. */
  | 'UNKNOWN_BRANCH'
  /** A part, or the whole DAG, without nodes. */
  | 'EMPTY_PART'
  /** A turn that goes round, outside of a part that runs several times. */
  | 'ROUND_ROBIN_OUTSIDE_PART'
  /** A task that no known application has. */
  | 'UNKNOWN_TASK'
  /** A generator where a task is wanted, or the other way round. */
  | 'WRONG_KIND_OF_TASK'
  /** Input that the task's schema does not allow. */
  | 'WRONG_TASK_INPUT'
  /** FEEL that can't be read. */
  | 'INVALID_EXPRESSION'
  /** A number, duration or time out of its bounds. */
  | 'INVALID_VALUE'
  /** A rule that can never hold. */
  | 'NODE_NEVER_RUNS'
  /** More nodes than a DAG may have. */
  | 'TOO_MANY_NODES'
  /** Parts in parts, deeper than allowed. */
  | 'NESTED_TOO_DEEP'

export type DagFinding = FindingOf<DagCode>

/** Where something stands in the model: `['nodes', 2, 'input', 'text']`. */
export type Path = readonly (string | number)[]
/** Where that is in the text, when there is one. */
export type FindPosition = (path: Path) => Position | undefined

export const pathText = (path: Path): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`),
    '',
  )

/** Says of one node what is wrong. `field`: of the node, or the way to one inside of it. */
export type Fault = (field: string | Path, message: string, code?: DagCode) => void

export const expected = (what: string, got: unknown): string =>
  `expected ${what}, got ${String(JSON.stringify(got)).slice(0, 100)}`

/** Collects the findings of one DAG, each with its place. */
export class DagLog {
  readonly #log = new FindingLogOf<DagCode>({ find: () => undefined })
  readonly #positionOf: FindPosition

  constructor(positionOf: FindPosition = () => undefined) {
    this.#positionOf = positionOf
  }

  get failed(): boolean {
    return this.#log.failed
  }

  error(code: DagCode, path: Path, node: string | undefined, message: string): void {
    this.#add('error', code, path, node, message)
  }

  warning(code: DagCode, path: Path, node: string | undefined, message: string): void {
    this.#add('warning', code, path, node, message)
  }

  all(): readonly DagFinding[] {
    return this.#log.all() as readonly DagFinding[]
  }

  #add(
    severity: 'error' | 'warning',
    code: DagCode,
    path: Path,
    node: string | undefined,
    message: string,
  ): void {
    const at = path.length === 0 ? '' : `${pathText(path)}: `
    const elementId = node === undefined ? {} : { elementId: node }
    this.#log.add({ severity, code, message: `${at}${message}`, ...elementId, ...this.#positionOf(path) })
  }
}
