/** Decisions as their evaluation needs them, and the record of what was evaluated. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { DecisionModel } from '@braid/core/model/decision-model.ts'
import type { Database } from './database.ts'
import { allocateKeys } from './key-sequence.ts'

/** A decision by its key, or by its id and a binding. */
export type DecisionQuery =
  | { readonly key: Key }
  | {
      readonly decisionId: string
      readonly binding: 'latest' | 'deployment' | 'versionTag'
      readonly versionTag?: string | undefined
      /** `deployment`: the process that asks. */
      readonly callerDefinitionKey?: Key
    }

export type StoredDecision = {
  readonly key: Key
  readonly decisionId: string
  readonly name: string
  readonly version: number
  readonly requirementsKey: Key
  readonly requirementsId: string
}

export type StoredRequirements = {
  readonly model: DecisionModel
  readonly decisions: readonly StoredDecision[]
}

export type EvaluatedRow = {
  readonly decision: StoredDecision
  readonly decisionType: string
  readonly failure?: string
  /** JSON texts. */
  readonly result: string
  readonly inputs: string
  readonly matchedRules: string
}

/** Where in a process a decision was evaluated. */
export type EvaluationOrigin = {
  readonly instanceKey: Key
  readonly elementInstanceKey: Key
  readonly definitionKey: Key
  readonly processId: string
}

export type EvaluationRecord = {
  readonly at: Instant
  readonly root: StoredDecision
  readonly origin?: EvaluationOrigin | undefined
  /** In the order of the evaluation. */
  readonly evaluated: readonly EvaluatedRow[]
}

export type DecisionStore = {
  findDecision(query: DecisionQuery): Promise<StoredDecision | undefined>
  loadRequirements(key: Key): Promise<StoredRequirements | undefined>
  /** The key of the evaluation. */
  recordEvaluation(record: EvaluationRecord): Promise<Key>
}

type Row = {
  readonly key: number
  readonly decision_id: string
  readonly name: string
  readonly version: number
  readonly requirements_key: number
  readonly requirements_id: string
}

const selected = `
  select d.key, d.decision_id, d.name, d.version, d.requirements_key, r.requirements_id
  from decision d join decision_requirements r on r.key = d.requirements_key`

const toDecision = (row: Row): StoredDecision => ({
  key: row.key as Key,
  decisionId: row.decision_id,
  name: row.name,
  version: row.version,
  requirementsKey: row.requirements_key as Key,
  requirementsId: row.requirements_id,
})

async function findDecision(database: Database, query: DecisionQuery): Promise<StoredDecision | undefined> {
  const [row] = await database.run<Row>(statementFor(query))
  return row === undefined ? undefined : toDecision(row)
}

function statementFor(query: DecisionQuery) {
  if ('key' in query)
    return { name: 'decision-by-key', text: `${selected} where d.key = $1`, values: [query.key] }
  const { decisionId, binding, versionTag, callerDefinitionKey } = query
  if (binding === 'versionTag') {
    const text = `${selected} where d.decision_id = $1 and d.version_tag = $2 order by d.version desc limit 1`
    return { name: 'decision-by-tag', text, values: [decisionId, versionTag ?? null] }
  }
  if (binding === 'deployment' && callerDefinitionKey !== undefined) {
    // What a deployment contained without change keeps its earlier deployment: it was the latest then.
    const text = `${selected} where d.decision_id = $1 order by
      d.deployment_key <= (select deployment_key from definition where key = $2) desc, d.version desc limit 1`
    return { name: 'decision-of-deployment', text, values: [decisionId, callerDefinitionKey] }
  }
  const text = `${selected} where d.decision_id = $1 and d.is_latest`
  return { name: 'latest-decision', text, values: [decisionId] }
}

async function loadRequirements(database: Database, key: Key): Promise<StoredRequirements | undefined> {
  const [requirements] = await database.run<{ model: string }>({
    text: 'select model from decision_requirements where key = $1',
    values: [key],
  })
  if (requirements === undefined) return undefined
  const decisions = await database.run<Row>({
    text: `${selected} where d.requirements_key = $1 order by d.key`,
    values: [key],
  })
  return { model: JSON.parse(requirements.model) as DecisionModel, decisions: decisions.map(toDecision) }
}

async function recordEvaluation(database: Database, record: EvaluationRecord): Promise<Key> {
  const { at, root, origin, evaluated } = record
  const firstKey = await allocateKeys(database, Math.max(1, evaluated.length))
  const column = <T>(read: (row: EvaluatedRow, index: number) => T): readonly T[] => evaluated.map(read)
  await database.run({
    name: 'record-evaluation',
    text: `
      insert into decision_instance (key, evaluation_key, position, decision_key, decision_id, decision_name,
        decision_version, decision_type, requirements_key, requirements_id, root_decision_key, instance_key,
        element_instance_key, definition_key, process_id, state, failure, evaluated_at, result, inputs, matched_rules)
      select $1 + r.position - 1, $1, r.position, r.decision_key, r.decision_id, r.decision_name, r.decision_version,
        r.decision_type, $2, $3, $4, $5, $6, $7, $8,
        case when r.failure is null then 'EVALUATED' else 'FAILED' end, r.failure, $9, r.result, r.inputs,
        r.matched_rules
      from unnest($10::bigint[], $11::text[], $12::text[], $13::int[], $14::text[], $15::text[], $16::text[],
        $17::text[], $18::text[]) with ordinality
        as r(decision_key, decision_id, decision_name, decision_version, decision_type, failure, result, inputs,
          matched_rules, position)`,
    values: [
      firstKey,
      root.requirementsKey,
      root.requirementsId,
      root.key,
      origin?.instanceKey ?? null,
      origin?.elementInstanceKey ?? null,
      origin?.definitionKey ?? null,
      origin?.processId ?? null,
      at,
      column(({ decision }) => decision.key),
      column(({ decision }) => decision.decisionId),
      column(({ decision }) => decision.name),
      column(({ decision }) => decision.version),
      column(({ decisionType }) => decisionType),
      column(({ failure }) => failure ?? null),
      column(({ result }) => result),
      column(({ inputs }) => inputs),
      column(({ matchedRules }) => matchedRules),
    ],
  })
  return firstKey as Key
}

export const createDecisionStore = (database: Database): DecisionStore => ({
  findDecision: (query) => findDecision(database, query),
  loadRequirements: (key) => loadRequirements(database, key),
  recordEvaluation: (record) => recordEvaluation(database, record),
})
