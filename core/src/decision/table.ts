/** Decision tables as closures (DMN 1.5 §8 and §10.3.2.10). */
import { compileRanking } from '../expression/expression.ts'
import { contextOf, type Value } from '../expression/values.ts'
import type { DecisionTable, TableInput, TableOutput } from '../model/decision-model.ts'
import { type Evaluate, type Frame, note } from './evaluation.ts'
import { aggregations, type Hit, type Hits, hitPolicies } from './hit-policy.ts'
import { at, type Coerce, coercionIn, expressionIn, type LinkScope, testsIn } from './link-scope.ts'
import { type TableTrace, traceRule } from './table-trace.ts'

type Tests = ReturnType<typeof testsIn>

type CompiledRule = {
  readonly id: string
  readonly tests: readonly Tests[]
  readonly outputs: readonly ReturnType<typeof expressionIn>[]
}

export function compileTable(table: DecisionTable, scope: LinkScope): Evaluate {
  const inputs = table.inputs.map((input) => compileInput(input, scope))
  const outputs = table.outputs.map((output) => compileOutput(output, table, scope))
  const rules = compileRules(table, scope)
  const resolve =
    table.aggregation === undefined ? hitPolicies[table.hitPolicy] : aggregations[table.aggregation]
  const fallback = compileFallback(table, scope)
  const firstOnly = table.hitPolicy === 'FIRST'
  return (frame, trace) => {
    if (trace !== undefined) trace.table = table
    const values: Value[] = trace?.inputs ?? []
    for (const input of inputs) {
      const value = input(frame)
      if (value === undefined) return null
      values.push(value)
    }
    const matched = matchingRules(rules, values, frame, firstOnly)
    if (matched === null) return null
    if (matched.length === 0) return table.aggregation === 'COUNT' ? 0 : fallback(frame)
    if (table.hitPolicy === 'UNIQUE' && matched.length > 1) return tooMany(matched, frame, trace)
    const hits = evaluateHits(matched, outputs, frame, trace)
    return hits === null ? null : resolve(hits, frame.evaluation)
  }
}

/** Undefined when the value is not allowed, which the errors then say. */
function compileInput(input: TableInput, outer: LinkScope): (frame: Frame) => Value | undefined {
  const scope = at(outer, input.id)
  const evaluate = expressionIn(scope, input.feel)
  const coerce = coercionIn(scope, input.type, `an input "${input.name}"`)
  const allowed = input.allowedValues === undefined ? null : testsIn(scope, input.allowedValues)
  return ({ evaluation, variables }) => {
    const value = coerce(evaluate(evaluation.run, variables), evaluation)
    if (value === null || allowed === null) return value
    if (allowed(evaluation.run, variables, value) === true) return value
    note(
      evaluation,
      'TYPE_MISMATCH',
      `Expected one of ${input.allowedValues} as input "${input.name}", got another value`,
    )
    return undefined
  }
}

type CompiledOutput = {
  readonly name: string
  readonly coerce: Coerce
  readonly allowed: Tests
  readonly what: string
  /** Position of a value in the allowed ones; null when the output does not order values. */
  readonly rank: ReturnType<typeof rankIn>
}

function compileOutput(output: TableOutput, table: DecisionTable, outer: LinkScope): CompiledOutput {
  const scope = at(outer, output.id)
  const what = output.name === '' ? 'the output' : `output "${output.name}"`
  const ordered = table.hitPolicy === 'PRIORITY' || table.hitPolicy === 'OUTPUT ORDER'
  const { allowedValues } = output
  return {
    name: output.name,
    what: `${what}${allowedValues === undefined ? '' : ` among ${allowedValues}`}`,
    coerce: coercionIn(scope, output.type, what),
    allowed: allowedValues === undefined ? null : testsIn(scope, allowedValues),
    rank: ordered ? rankIn(scope, allowedValues ?? scope.types.allowedValuesOf(output.type)) : null,
  }
}

function rankIn(scope: LinkScope, allowedValues: string | undefined) {
  if (allowedValues === undefined) return null
  const ranking = compileRanking(allowedValues, { layers: scope.layers, types: scope.types.named })
  return ranking.ok ? ranking.value : null
}

/** Cells repeat in large tables, so each text is compiled once. */
function compileRules(table: DecisionTable, scope: LinkScope): readonly CompiledRule[] {
  const tests = new Map<string, Tests>()
  const expressions = new Map<string, ReturnType<typeof expressionIn>>()
  return table.rules.map((rule) => {
    const inside = at(scope, rule.id)
    return {
      id: rule.id,
      tests: rule.inputs.map((feel) => cached(tests, feel, () => testsIn(inside, feel))),
      outputs: rule.outputs.map((feel) => cached(expressions, feel, () => expressionIn(inside, feel))),
    }
  })
}

function cached<Compiled>(cache: Map<string, Compiled>, feel: string, compile: () => Compiled): Compiled {
  const known = cache.get(feel)
  if (known !== undefined) return known
  const compiled = compile()
  cache.set(feel, compiled)
  return compiled
}

type Match = { readonly index: number; readonly rule: CompiledRule }

/** The rules that match, in their order; null when the evaluation has to stop. */
function matchingRules(
  rules: readonly CompiledRule[],
  values: readonly Value[],
  { evaluation, variables }: Frame,
  firstOnly: boolean,
): readonly Match[] | null {
  const matched: Match[] = []
  const { warnings } = evaluation.run
  const before = warnings.length
  for (const [index, rule] of rules.entries()) {
    if (!evaluation.run.spend(1 + rule.tests.length)) return null
    const holds = rule.tests.every(
      (test, input) => test === null || test(evaluation.run, variables, values[input] ?? null) === true,
    )
    if (!holds) continue
    matched.push({ index, rule })
    if (firstOnly) break
  }
  // That other rules could not be tested is of interest only when none matches.
  if (matched.length > 0) warnings.splice(before)
  return matched
}

function tooMany(matched: readonly Match[], { evaluation }: Frame, trace: TableTrace | undefined): null {
  for (const { index } of matched) traceRule(trace, index, [])
  const shown = matched.slice(0, 10).map(({ rule }) => rule.id)
  const rest = matched.length > shown.length ? ` and ${matched.length - shown.length} more` : ''
  return note(
    evaluation,
    'HIT_POLICY_VIOLATED',
    `Expected at most one rule to match a table of hit policy UNIQUE, got ${shown.join(', ')}${rest}`,
  )
}

/** The outputs of the rules that matched; null when one of them is not allowed. */
function evaluateHits(
  matched: readonly Match[],
  outputs: readonly CompiledOutput[],
  frame: Frame,
  trace: TableTrace | undefined,
): Hits | null {
  const { evaluation, variables } = frame
  const hits: Hit[] = []
  for (const { index, rule } of matched) {
    const values: Value[] = []
    for (const [column, output] of outputs.entries()) {
      const value = output.coerce(rule.outputs[column]?.(evaluation.run, variables) ?? null, evaluation)
      if (
        value !== null &&
        output.allowed !== null &&
        output.allowed(evaluation.run, variables, value) !== true
      ) {
        return note(
          evaluation,
          'TYPE_MISMATCH',
          `Expected ${output.what} of rule ${rule.id}, got another value`,
        )
      }
      values.push(value)
    }
    traceRule(trace, index, values)
    hits.push({
      ruleId: rule.id,
      value: outputOf(outputs, values),
      ranks: outputs.map(
        ({ rank }, column) => rank?.(evaluation.run, variables, values[column] ?? null) ?? 0,
      ),
    })
  }
  return hits
}

/** One output is the value itself, several are a context. */
const outputOf = (outputs: readonly { readonly name: string }[], values: readonly Value[]): Value =>
  outputs.length === 1
    ? (values[0] ?? null)
    : contextOf(outputs.map(({ name }, index): [string, Value] => [name, values[index] ?? null]))

/** What a table gives when no rule matches: the default outputs, or null. */
function compileFallback(table: DecisionTable, scope: LinkScope): (frame: Frame) => Value {
  if (table.outputs.every((output) => output.default === undefined)) return () => null
  const defaults = table.outputs.map((output) => {
    const inside = at(scope, output.id)
    return {
      evaluate: expressionIn(inside, output.default ?? ''),
      coerce: coercionIn(inside, output.type, 'a default output'),
    }
  })
  return ({ evaluation, variables }) =>
    outputOf(
      table.outputs,
      defaults.map(({ evaluate, coerce }) => coerce(evaluate(evaluation.run, variables), evaluation)),
    )
}
