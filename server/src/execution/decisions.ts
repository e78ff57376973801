/** Evaluates stored decisions and keeps a record of each evaluation. */
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import { type EvaluatedDecision, evaluateDecision } from '@braid/core/decision/evaluate.ts'
import { type DecisionGraph, linkDecisions } from '@braid/core/decision/link.ts'
import type {
  DecisionQuery,
  DecisionStore,
  EvaluatedRow,
  EvaluationOrigin,
  StoredDecision,
} from '../store/decision-store.ts'
import type { Clock } from './clock.ts'

export type Decisions = {
  find(query: DecisionQuery): Promise<StoredDecision | undefined>
  /** Records the evaluation, also a failed one. */
  evaluate(request: {
    readonly decision: StoredDecision
    readonly variables: JsonObject
    readonly origin?: EvaluationOrigin
  }): Promise<DecisionEvaluation>
}

export type DecisionEvaluation = {
  readonly evaluationKey: Key
  /** Null when it failed. */
  readonly output: JsonValue
  /** In the order of the evaluation; decisions of imported files are not among them. */
  readonly evaluated: readonly (EvaluatedDecision & { readonly decision: StoredDecision })[]
  readonly failure?: DecisionProblem
}

export type DecisionProblem = { readonly decisionId: string; readonly message: string }

/** What is needed of one file of decisions. */
type Linked = { readonly graph: DecisionGraph; readonly decisions: ReadonlyMap<string, StoredDecision> }

/** An installation uses few files at a time; the others are read again. */
const capacity = 200

export function createDecisions(options: {
  readonly store: DecisionStore
  readonly clock: Clock
}): Decisions {
  const { store, clock } = options
  const known = new Map<Key, Linked>()

  const load = async (requirementsKey: Key): Promise<Linked | undefined> => {
    const cached = known.get(requirementsKey)
    if (cached !== undefined) return cached
    const stored = await store.loadRequirements(requirementsKey)
    if (stored === undefined) return undefined
    const decisions = new Map(stored.decisions.map((decision) => [decision.decisionId, decision]))
    const linked = { graph: linkDecisions(stored.model), decisions }
    if (known.size >= capacity) for (const oldest of known.keys()) if (known.delete(oldest)) break
    known.set(requirementsKey, linked)
    return linked
  }

  return {
    find: (query) => store.findDecision(query),
    evaluate: async ({ decision, variables, origin }) => {
      const linked = await load(decision.requirementsKey)
      const at = clock.now()
      const { evaluated, output, failure } =
        linked === undefined ? deleted(decision) : evaluate(linked, decision, variables, at)
      const rows = evaluated.map((each) => rowOf(each, failure))
      const evaluationKey = await store.recordEvaluation({
        at,
        root: decision,
        origin,
        evaluated: withFailed(rows, decision, linked, failure),
      })
      return { evaluationKey, output, evaluated, ...(failure !== undefined && { failure }) }
    },
  }
}

type Evaluated = Omit<DecisionEvaluation, 'evaluationKey'>

const deleted = ({ decisionId }: StoredDecision): Evaluated => ({
  output: null,
  evaluated: [],
  failure: { decisionId, message: `decision ${decisionId} was deleted` },
})

function evaluate(
  { graph, decisions }: Linked,
  root: StoredDecision,
  variables: JsonObject,
  now: number,
): Evaluated {
  const outcome = evaluateDecision(graph, root.decisionId, { variables, now })
  if (!outcome.ok) {
    const { decision, message } = outcome.error
    return { output: null, evaluated: [], failure: { decisionId: decision || root.decisionId, message } }
  }
  const evaluated = outcome.value.evaluated.flatMap((each) => {
    const decision = decisions.get(each.decisionId)
    return decision === undefined ? [] : [{ ...each, decision }]
  })
  const failure = failureIn(outcome.value.evaluated)
  return failure === undefined
    ? { output: outcome.value.output, evaluated }
    : { output: null, evaluated, failure }
}

/**
 * A table that breaks its hit policy and a value of the wrong type are null by the standard; whoever relies on the
 * decision must know. An expression without answer is null on purpose as often as not.
 */
function failureIn(evaluated: readonly EvaluatedDecision[]): DecisionProblem | undefined {
  for (const { decisionId, errors } of evaluated) {
    const error = errors.find(({ code }) => code !== 'EXPRESSION_NULL')
    if (error !== undefined) return { decisionId, message: error.message }
  }
  return undefined
}

function rowOf(
  { decision, decisionType, output, inputs, matchedRules }: DecisionEvaluation['evaluated'][number],
  failure: DecisionProblem | undefined,
): EvaluatedRow {
  return {
    decision,
    decisionType,
    ...(failure?.decisionId === decision.decisionId && { failure: failure.message }),
    result: JSON.stringify(output),
    inputs: JSON.stringify(inputs),
    matchedRules: JSON.stringify(matchedRules),
  }
}

/** A failure is always on record: when nothing was evaluated to its end, as that of the decision that failed. */
function withFailed(
  rows: readonly EvaluatedRow[],
  root: StoredDecision,
  linked: Linked | undefined,
  failure: DecisionProblem | undefined,
): readonly EvaluatedRow[] {
  if (failure === undefined || rows.some((row) => row.failure !== undefined)) return rows
  const decision = linked?.decisions.get(failure.decisionId) ?? root
  const nothing = { result: 'null', inputs: '[]', matchedRules: '[]' }
  return [...rows, { decision, decisionType: 'UNSPECIFIED', failure: failure.message, ...nothing }]
}
