/** What the hits of a decision table come to (DMN 1.5 §8.2.10 and §8.2.11). */
import { findBuiltIn } from '../expression/built-ins/registry.ts'
import { equal } from '../expression/compare.ts'
import type { Value } from '../expression/values.ts'
import type { Aggregation, HitPolicy } from '../model/decision-model.ts'
import { type Evaluation, note } from './evaluation.ts'

/** A rule that matched. `ranks`: for each output, the position of its value among the allowed ones. */
export type Hit = { readonly ruleId: string; readonly value: Value; readonly ranks: readonly number[] }

/** In the order of the rules; at least one. */
export type Hits = readonly Hit[]

type Resolve = (hits: Hits, evaluation: Evaluation) => Value

const first: Resolve = (hits) => hits[0]?.value ?? null

const all: Resolve = (hits) => hits.map(({ value }) => value)

function any(hits: Hits, evaluation: Evaluation): Value {
  const [leader, ...others] = hits
  const other = others.find(({ value }) => equal(leader?.value ?? null, value, evaluation.run) !== true)
  if (other === undefined) return leader?.value ?? null
  return note(
    evaluation,
    'HIT_POLICY_VIOLATED',
    `Expected equal outputs of all matching rules of a table of hit policy ANY, got different ones of ${leader?.ruleId} and ${other.ruleId}`,
  )
}

/** The most important first: by the first output, then the next; rules of equal outputs keep their order. */
function byImportance(left: Hit, right: Hit): number {
  for (const [index, rank] of left.ranks.entries()) {
    const difference = rank - (right.ranks[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

export const hitPolicies: Readonly<Record<HitPolicy, Resolve>> = {
  UNIQUE: first,
  ANY: any,
  FIRST: first,
  PRIORITY: (hits, evaluation) => first(hits.toSorted(byImportance), evaluation),
  'RULE ORDER': all,
  'OUTPUT ORDER': (hits, evaluation) => all(hits.toSorted(byImportance), evaluation),
  COLLECT: all,
}

/** An aggregation is the built-in function of the same meaning, over all outputs. */
export const aggregations: Readonly<Record<Aggregation, Resolve>> = {
  SUM: (hits, evaluation) => call('sum', hits, evaluation),
  MIN: (hits, evaluation) => call('min', hits, evaluation),
  MAX: (hits, evaluation) => call('max', hits, evaluation),
  COUNT: (hits) => hits.length,
}

const call = (name: string, hits: Hits, evaluation: Evaluation): Value =>
  findBuiltIn(name)?.call({ kind: 'positional', values: [hits.map(({ value }) => value)] }, evaluation.run) ??
  null
