/** What a decision table did, for people who ask why. */
import type { Value } from '../expression/values.ts'
import type { DecisionTable } from '../model/decision-model.ts'

export type TracedRule = {
  /** Position in the table. */
  readonly rule: number
  /** Empty where the hit policy forbids that the rule matches. */
  readonly outputs: readonly Value[]
}

export type TableTrace = {
  /** The table whose value is that of the decision; null before it is evaluated, and where there is none. */
  table: DecisionTable | null
  readonly inputs: Value[]
  readonly rules: TracedRule[]
}

/** Rules recorded in a trace; the result of a table that matches more says the rest. */
const maxTracedRules = 1_000

export const emptyTrace = (): TableTrace => ({ table: null, inputs: [], rules: [] })

export function traceRule(trace: TableTrace | undefined, rule: number, outputs: readonly Value[]): void {
  if (trace !== undefined && trace.rules.length < maxTracedRules) trace.rules.push({ rule, outputs })
}
