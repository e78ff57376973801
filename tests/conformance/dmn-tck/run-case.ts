/** Runs the cases of one file and compares what comes out with what the TCK expects. */
import { type DecisionOutcome, evaluateDecision } from '@braid/core/decision/evaluate.ts'
import { type DecisionGraph, linkDecisions } from '@braid/core/decision/link.ts'
import { compileDmn } from '@braid/core/definition/dmn/compile.ts'
import { equal } from '@braid/core/expression/compare.ts'
import { toDecimal } from '@braid/core/expression/number.ts'
import { Run } from '@braid/core/expression/run.ts'
import { toText } from '@braid/core/expression/text.ts'
import { contextOf, entryOf, isContext, isList, isNumber, type Value } from '@braid/core/expression/values.ts'
import type { CaseResult } from '../suite.ts'
import type { ExpectedResult, TckCase, TckFile } from './cases.ts'

/** Functions of the current time are only asked for their kind. */
const now = Date.parse('2026-01-01T12:00:00Z')

export type TckResult = CaseResult & {
  readonly directory: string
  readonly file: string
  readonly id: string
}

export function runFile(file: TckFile): readonly TckResult[] {
  const graph = graphOf(file)
  return file.cases.map((one) => {
    const reason = typeof graph === 'string' ? graph : reasonOf(graph, one)
    return {
      directory: file.directory,
      file: file.name,
      id: one.id,
      name: `${file.directory}/${file.name}/${one.id}`,
      ...(reason === undefined ? { outcome: 'passed' as const } : { outcome: 'failed' as const, reason }),
    }
  })
}

/** The model ready to run, by way of its data; or why there is none. */
function graphOf({ models }: TckFile): DecisionGraph | string {
  try {
    const compiled = compileDmn(models)
    if (compiled.ok) return linkDecisions(JSON.parse(JSON.stringify(compiled.value.model)))
    const findings = compiled.error.map(
      ({ code, elementId, message }) => `${code} at ${elementId}: ${message}`,
    )
    return `refused: ${findings.join('; ')}`
  } catch (error) {
    return `threw ${error instanceof Error ? error.stack : String(error)}`
  }
}

/** Why a case fails; undefined when it passes. */
function reasonOf(graph: DecisionGraph, one: TckCase): string | undefined {
  for (const expected of one.results) {
    try {
      const reason = differenceOf(graph, one, expected)
      if (reason !== undefined) return `${expected.name}: ${reason}`
    } catch (error) {
      return `${expected.name}: threw ${error instanceof Error ? error.stack : String(error)}`
    }
  }
  return undefined
}

function differenceOf(graph: DecisionGraph, one: TckCase, expected: ExpectedResult): string | undefined {
  const evaluated = evaluateDecision(graph, one.service ?? expected.name, {
    variables: contextOf(one.inputs),
    now,
  })
  const errors = evaluated.ok ? errorsOf(evaluated.value) : [evaluated.error.message]
  const result = evaluated.ok ? evaluated.value.value : null
  const value = one.service === undefined ? result : outputOf(result, expected.name)
  if (!isSame(value, expected.value)) {
    const why = errors.length === 0 ? '' : ` (${errors.join('; ')})`
    return `expected ${textOf(expected.value)}, got ${textOf(value)}${why}`
  }
  return expected.isError && errors.length === 0 ? 'expected an error, got none' : undefined
}

const errorsOf = ({ evaluated, errors }: DecisionOutcome): readonly string[] =>
  [...evaluated.flatMap((decision) => decision.errors), ...errors].map(({ message }) => message)

/** Of a service with several outputs, the one of that name. */
function outputOf(result: Value, name: string): Value {
  const output = result !== null && isContext(result) ? entryOf(result, name) : undefined
  return output ?? result
}

const textOf = (value: Value): string => toText([value], new Run(now))?.slice(1, -1) ?? 'a value without text'

function isSame(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right
  if (isNumber(left) && isNumber(right)) {
    return toDecimal(left).minus(toDecimal(right)).abs().lessThanOrEqualTo(1e-8)
  }
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index] ?? null))
  }
  if (isContext(left) && isContext(right)) {
    const keys = Object.keys(left)
    return (
      keys.length === Object.keys(right).length &&
      keys.every((key) => Object.hasOwn(right, key) && isSame(left[key] ?? null, right[key] ?? null))
    )
  }
  return equal(left, right, new Run(now)) === true
}
