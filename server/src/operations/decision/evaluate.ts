import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import { formatKey } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { DecisionEvaluation } from '../../execution/decisions.ts'
import type { StoredDecision } from '../../store/decision-store.ts'
import { evaluatedInputs, matchedRules } from '../../store/evaluated-decision.ts'
import { keyOf } from '../keys.ts'
import { type Answer, type Context, operation } from '../operation.ts'
import { notFound, type Refusal, refuse } from '../refusal.ts'

export const evaluateDecision = operation({
  id: 'evaluateDecision',
  target: (_, answer) => answer.decisionDefinitionKey,
  run: async (context, { body }) => {
    const decision = await findDecision(context, body)
    if (!decision.ok) return decision
    const variables = body.variables ?? {}
    const evaluation = await context.decisions.evaluate({ decision: decision.value, variables })
    return success(answerOf(decision.value, evaluation))
  },
})

type Choice =
  | { readonly decisionDefinitionKey: string }
  | { readonly decisionDefinitionId: string; readonly versionTag?: string | undefined }

async function findDecision(
  { decisions }: Pick<Context, 'decisions'>,
  choice: Choice,
): Promise<Result<StoredDecision, Refusal>> {
  if ('decisionDefinitionKey' in choice) {
    const key = keyOf('decision definition', choice.decisionDefinitionKey)
    if (!key.ok) return key
    const found = await decisions.find({ key: key.value })
    return found === undefined
      ? notFound('decision definition', choice.decisionDefinitionKey)
      : success(found)
  }
  const { decisionDefinitionId: decisionId, versionTag } = choice
  const binding = versionTag === undefined ? 'latest' : 'versionTag'
  const found = await decisions.find({ decisionId, binding, versionTag })
  const tagged = versionTag === undefined ? '' : ` and version tag ${versionTag}`
  return found === undefined
    ? refuse('NOT_FOUND', `there is no decision definition with id ${decisionId}${tagged}`)
    : success(found)
}

const identityOf = ({ key, decisionId, name, version }: StoredDecision) => ({
  decisionDefinitionKey: formatKey(key),
  decisionDefinitionId: decisionId,
  decisionDefinitionName: name,
  decisionDefinitionVersion: version,
  tenantId: DEFAULT_TENANT,
})

function answerOf(decision: StoredDecision, evaluation: DecisionEvaluation): Answer<'evaluateDecision'> {
  const { output, evaluated, failure } = evaluation
  const evaluationKey = formatKey(evaluation.evaluationKey)
  return {
    ...identityOf(decision),
    decisionRequirementsId: decision.requirementsId,
    decisionRequirementsKey: formatKey(decision.requirementsKey),
    decisionEvaluationKey: evaluationKey,
    decisionInstanceKey: evaluationKey,
    output: JSON.stringify(output),
    ...(failure !== undefined && {
      failedDecisionDefinitionId: failure.decisionId,
      failureMessage: failure.message,
    }),
    evaluatedDecisions: evaluated.map((each, index) => ({
      ...identityOf(each.decision),
      decisionEvaluationInstanceKey: `${evaluationKey}-${index + 1}`,
      decisionDefinitionType: each.decisionType,
      output: JSON.stringify(each.output),
      matchedRules: matchedRules(each.matchedRules),
      evaluatedInputs: evaluatedInputs(each.inputs),
    })),
  }
}
