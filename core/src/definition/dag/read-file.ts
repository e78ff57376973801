/** `.dag.yaml` and `.dag.json` files: the model as text, with the place of everything in it. */
import { type Document, isMap, isNode, isPair, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { JsonObject, JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import { failure, type Result, success } from '../../base/result.ts'
import type { DagModel } from '../../model/dag.ts'
import type { Position } from '../finding.ts'
import { type DagFinding, DagLog, type FindPosition, type Path } from './finding.ts'
import { checkShape, kindOf } from './shape.ts'

export type DagFile = { readonly model: DagModel; readonly positionOf: FindPosition }

/**
 * Reads YAML 1.2, of which JSON is a part. Tags that make anything but JSON are refused, as are more aliases than a
 * person writes; nothing outside of the text is read.
 */
export function readDagFile(text: string): Result<DagFile, readonly DagFinding[]> {
  if (text.length > limits.dagFileLength) {
    const log = new DagLog()
    const message = `expected at most ${limits.dagFileLength} characters, got ${text.length}`
    log.error('INVALID_DAG', [], undefined, message)
    return failure(log.all())
  }
  const lines = new LineCounter()
  const read = parse(text, lines)
  if (!read.ok) return read
  const { document, value } = read.value
  const positionOf: FindPosition = (path) => positionIn(document, path, lines)
  const log = new DagLog(positionOf)
  checkJson(value, log)
  if (!log.failed) checkShape(value as JsonValue, log)
  if (log.failed) return failure(log.all())
  return success({ model: withKinds(value as JsonObject) as unknown as DagModel, positionOf })
}

type Parsed = { readonly document: Document; readonly value: unknown }

function parse(text: string, lines: LineCounter): Result<Parsed, readonly DagFinding[]> {
  const refuse = (message: string, at: Position | undefined): Result<Parsed, readonly DagFinding[]> => {
    const log = new DagLog(() => at)
    log.error('INVALID_DAG', [], undefined, `expected YAML or JSON: ${message}`)
    return failure(log.all())
  }
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      version: '1.2',
      schema: 'core',
      prettyErrors: false,
    })
    const [fault] = [...document.errors, ...document.warnings]
    if (fault !== undefined) return refuse(fault.message, placeOf(fault.pos[0], lines))
    return success({ document, value: document.toJS({ maxAliasCount: limits.yamlAliases }) as unknown })
  } catch (error) {
    // Too many aliases, or nested deeper than the parser can follow.
    if (error instanceof RangeError) return refuse('it is nested too deep', undefined)
    if (error instanceof ReferenceError) return refuse(error.message, undefined)
    throw error
  }
}

function placeOf(offset: number, lines: LineCounter): Position {
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

/** Numbers that JSON doesn't have, and nesting without end. */
function checkJson(value: unknown, log: DagLog, path: Path = []): void {
  if (path.length > limits.jsonDepth)
    log.error(
      'NESTED_TOO_DEEP',
      path,
      undefined,
      `expected values to be nested at most ${limits.jsonDepth} deep`,
    )
  else if (typeof value === 'number' && !Number.isFinite(value))
    log.error('INVALID_DAG', path, undefined, `expected a number that JSON has, got ${value}`)
  else if (Array.isArray(value))
    for (const [index, entry] of value.entries()) checkJson(entry, log, [...path, index])
  else if (typeof value === 'object' && value !== null)
    for (const [key, entry] of Object.entries(value)) checkJson(entry, log, [...path, key])
}

/** The key when it is one of an object, else the value: the innermost that is there. */
function positionIn(document: Document, path: Path, lines: LineCounter): Position {
  let node: unknown = document.contents
  let found: Node | undefined = isNode(node) ? node : undefined
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isNode(key) && String(key) === String(step))
      if (!isPair(pair)) break
      if (isNode(pair.key)) found = pair.key
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      if (isNode(node)) found = node
    } else break
  }
  const offset = found?.range?.[0]
  return offset === undefined ? { line: 1, column: 1 } : placeOf(offset, lines)
}

function withKinds(value: JsonObject): JsonObject {
  if (!Array.isArray(value.nodes)) return value
  const nodes = (value.nodes as readonly JsonObject[]).map((node) =>
    withKinds({ ...node, kind: kindOf(node) }),
  )
  return { ...value, nodes }
}
