/**
 * DMN XML (1.1 to 1.5) to a decision model. Passes, each of which may add findings: guard, read, references, cycles,
 * link (types and expressions). Nothing is compiled from files with an error: what Braid does not understand it
 * refuses, it never leaves it out.
 */
import { failure, type Result, success } from '../../base/result.ts'
import { linkModel } from '../../decision/link.ts'
import type { DecisionModel } from '../../model/decision-model.ts'
import type { FindingOf } from '../finding.ts'
import { checkCycles } from './cycles.ts'
import { type Finding, type FindingCode, FindingLog } from './finding.ts'
import { guard } from './guard.ts'
import { shelfOf } from './library.ts'
import { readFile, readRoot } from './read.ts'
import type { Element } from './tree.ts'

export type CompiledDecisions = { readonly model: DecisionModel; readonly warnings: readonly Finding[] }

/**
 * Compiles the texts of DMN files that import each other, or of one. Refused with all errors found (and the warnings)
 * when there is any error; findings name the file, the element and its line. Nothing in the texts is evaluated, and
 * nothing outside of them is read.
 */
export function compileDmn(
  source: string | readonly string[],
): Result<CompiledDecisions, readonly Finding[]> {
  const texts = typeof source === 'string' ? [source] : source
  const opened = texts.map(open)
  const logs = opened.map(({ log }) => log)
  const findings = (): readonly Finding[] =>
    opened.flatMap(({ refused, log }, file) => placed(file, refused ?? log.all()))
  const roots = opened.flatMap(({ root }) => root ?? [])
  if (roots.length < opened.length) return failure(findings())
  const shelves = roots.map((root, file) => shelfOf(root, logs[file]!))
  const files = roots.map((root, file) => readFile(root, file, shelves, logs[file]!))
  const model: DecisionModel = { format: 1, files }
  checkCycles(files, logs)
  linkModel(model, ({ code, file, elementId, message }) => logs[file]?.error(code, elementId, message))
  return logs.some(({ failed }) => failed) ? failure(findings()) : success({ model, warnings: findings() })
}

type Opened = {
  readonly log: FindingLog
  readonly root?: Element | undefined
  readonly refused?: readonly FindingOf<FindingCode>[]
}

function open(text: string): Opened {
  const guarded = guard(text)
  if (!guarded.ok) return { log: new FindingLog({ find: () => undefined }), refused: guarded.error }
  const log = new FindingLog(guarded.value.positions)
  return { log, root: readRoot(guarded.value.xml, log) }
}

const placed = (file: number, findings: readonly FindingOf<FindingCode>[]): readonly Finding[] =>
  findings.map((finding) => ({ ...finding, file }))
