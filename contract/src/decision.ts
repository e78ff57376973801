/** Decisions (DMN), in the words of Camunda 8. */
import { z } from 'zod'
import { json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  id,
  integerFilter,
  jsonObject,
  key,
  keyFilter,
  searchRequest,
  searchResponse,
  tenantId,
  text,
  textFilter,
} from './schema.ts'

export const decisionDefinition = z.object({
  decisionDefinitionKey: key,
  decisionDefinitionId: id,
  name: z.string(),
  version: z.int(),
  versionTag: z.string().optional(),
  decisionRequirementsId: z.string(),
  decisionRequirementsKey: key,
  decisionRequirementsName: z.string(),
  decisionRequirementsVersion: z.int(),
  tenantId,
})
export type DecisionDefinition = z.output<typeof decisionDefinition>

export const decisionDefinitionSearch = searchRequest(
  z.strictObject({
    decisionDefinitionKey: keyFilter.optional(),
    decisionDefinitionId: textFilter.optional(),
    name: textFilter.optional(),
    version: integerFilter.optional(),
    versionTag: textFilter.optional(),
    isLatestVersion: z.boolean().optional(),
    decisionRequirementsId: textFilter.optional(),
    decisionRequirementsKey: keyFilter.optional(),
    decisionRequirementsName: textFilter.optional(),
    decisionRequirementsVersion: integerFilter.optional(),
    tenantId: tenantId.optional(),
  }),
  [
    'decisionDefinitionKey',
    'decisionDefinitionId',
    'name',
    'version',
    'versionTag',
    'decisionRequirementsId',
    'decisionRequirementsKey',
    'decisionRequirementsName',
    'decisionRequirementsVersion',
    'tenantId',
  ],
)

export const decisionRequirements = z.object({
  decisionRequirementsKey: key,
  decisionRequirementsId: z.string(),
  decisionRequirementsName: z.string(),
  version: z.int(),
  resourceName: z.string(),
  tenantId,
})
export type DecisionRequirements = z.output<typeof decisionRequirements>

export const decisionRequirementsSearch = searchRequest(
  z.strictObject({
    decisionRequirementsKey: keyFilter.optional(),
    decisionRequirementsId: textFilter.optional(),
    decisionRequirementsName: textFilter.optional(),
    version: integerFilter.optional(),
    resourceName: textFilter.optional(),
    isLatestVersion: z.boolean().optional(),
    tenantId: tenantId.optional(),
  }),
  [
    'decisionRequirementsKey',
    'decisionRequirementsId',
    'decisionRequirementsName',
    'version',
    'resourceName',
    'tenantId',
  ],
)

/** Values are JSON texts. */
const evaluatedInput = z.object({ inputId: z.string(), inputName: z.string(), inputValue: z.string() })
const matchedRule = z.object({
  ruleId: z.string(),
  /** From 1. */
  ruleIndex: z.int(),
  evaluatedOutputs: z.array(
    z.object({ outputId: z.string(), outputName: z.string(), outputValue: z.string() }),
  ),
})
export type EvaluatedInput = z.output<typeof evaluatedInput>
export type MatchedRule = z.output<typeof matchedRule>

export const decisionTypes = ['DECISION_TABLE', 'LITERAL_EXPRESSION', 'UNSPECIFIED'] as const

const decisionIdentity = {
  decisionDefinitionKey: key,
  decisionDefinitionId: id,
  decisionDefinitionName: z.string(),
  decisionDefinitionVersion: z.int(),
  tenantId,
}

export const evaluatedDecision = z.object({
  ...decisionIdentity,
  /** `<decisionEvaluationKey>-<position>`. */
  decisionEvaluationInstanceKey: z.string(),
  decisionDefinitionType: z.enum(decisionTypes),
  /** JSON text. */
  output: z.string(),
  matchedRules: z.array(matchedRule),
  evaluatedInputs: z.array(evaluatedInput),
})

export type EvaluatedDecision = z.output<typeof evaluatedDecision>

export const decisionEvaluation = z.object({
  ...decisionIdentity,
  decisionRequirementsId: z.string(),
  decisionRequirementsKey: key,
  decisionEvaluationKey: key,
  /** The same, under the name of earlier versions. */
  decisionInstanceKey: key,
  /** JSON text; `null` when the evaluation failed. */
  output: z.string(),
  failedDecisionDefinitionId: z.string().optional(),
  failureMessage: z.string().optional(),
  /** What was evaluated, required decisions first. */
  evaluatedDecisions: z.array(evaluatedDecision),
})

export type DecisionEvaluation = z.output<typeof decisionEvaluation>

export const decisionInstanceStates = ['EVALUATED', 'FAILED'] as const

export const decisionInstance = z.object({
  ...decisionIdentity,
  decisionEvaluationInstanceKey: z.string(),
  decisionEvaluationKey: key,
  decisionDefinitionType: z.enum(decisionTypes),
  decisionRequirementsId: z.string(),
  decisionRequirementsKey: key,
  /** The decision that was asked for. */
  rootDecisionDefinitionKey: key,
  state: z.enum(decisionInstanceStates),
  evaluationDate: dateTime,
  evaluationFailure: z.string().optional(),
  /** Absent when it was evaluated over the API. */
  processDefinitionKey: key.optional(),
  processDefinitionId: id.optional(),
  processInstanceKey: key.optional(),
  elementInstanceKey: key.optional(),
  /** JSON text. */
  result: z.string(),
})
export type DecisionInstance = z.output<typeof decisionInstance>

export const decisionInstanceDetails = decisionInstance.extend({
  evaluatedInputs: z.array(evaluatedInput),
  matchedRules: z.array(matchedRule),
})
export type DecisionInstanceDetails = z.output<typeof decisionInstanceDetails>

export const decisionInstanceSearch = searchRequest(
  z.strictObject({
    decisionEvaluationInstanceKey: textFilter.optional(),
    decisionEvaluationKey: keyFilter.optional(),
    decisionDefinitionKey: keyFilter.optional(),
    decisionDefinitionId: textFilter.optional(),
    decisionDefinitionName: textFilter.optional(),
    decisionDefinitionVersion: integerFilter.optional(),
    decisionDefinitionType: choiceFilter(decisionTypes).optional(),
    decisionRequirementsKey: keyFilter.optional(),
    rootDecisionDefinitionKey: keyFilter.optional(),
    state: choiceFilter(decisionInstanceStates).optional(),
    evaluationDate: dateTimeFilter.optional(),
    evaluationFailure: textFilter.optional(),
    processDefinitionKey: keyFilter.optional(),
    processInstanceKey: keyFilter.optional(),
    elementInstanceKey: keyFilter.optional(),
    tenantId: tenantId.optional(),
  }),
  [
    'decisionEvaluationKey',
    'decisionDefinitionKey',
    'decisionDefinitionId',
    'decisionDefinitionName',
    'decisionDefinitionVersion',
    'state',
    'evaluationDate',
    'processDefinitionKey',
    'processInstanceKey',
    'elementInstanceKey',
    'tenantId',
  ],
)

const definitionParams = z.object({ decisionDefinitionKey: key })
const requirementsParams = z.object({ decisionRequirementsKey: key })
const xmlResponse = { kind: 'text', status: 200, contentType: 'text/xml' } as const

const tag = 'Decisions'
const read = { tag, permission: 'decision-definition:read', surface: 'field' } as const

export const decisionRoutes = {
  searchDecisionDefinitions: route({
    ...read,
    method: 'POST',
    path: '/decision-definitions/search',
    summary: 'Search decision definitions',
    body: decisionDefinitionSearch.optional(),
    response: json(searchResponse(decisionDefinition)),
  }),
  evaluateDecision: route({
    tag,
    method: 'POST',
    path: '/decision-definitions/evaluation',
    summary: 'Evaluate a decision, by its key or the latest version, or one with a tag, of its id',
    permission: 'decision-definition:evaluate',
    surface: 'field',
    body: z.union([
      z.strictObject({
        decisionDefinitionKey: key,
        variables: jsonObject.optional(),
        tenantId: tenantId.optional(),
      }),
      z.strictObject({
        decisionDefinitionId: id,
        versionTag: text(255).min(1).optional(),
        variables: jsonObject.optional(),
        tenantId: tenantId.optional(),
      }),
    ]),
    response: json(decisionEvaluation),
  }),
  getDecisionDefinition: route({
    ...read,
    method: 'GET',
    path: '/decision-definitions/{decisionDefinitionKey}',
    summary: 'Get a decision definition',
    params: definitionParams,
    response: json(decisionDefinition),
  }),
  getDecisionDefinitionXml: route({
    ...read,
    method: 'GET',
    path: '/decision-definitions/{decisionDefinitionKey}/xml',
    summary: 'Get the DMN file of a decision definition',
    params: definitionParams,
    response: xmlResponse,
  }),
  searchDecisionRequirements: route({
    ...read,
    method: 'POST',
    path: '/decision-requirements/search',
    summary: 'Search decision requirements: deployed DMN files',
    body: decisionRequirementsSearch.optional(),
    response: json(searchResponse(decisionRequirements)),
  }),
  getDecisionRequirements: route({
    ...read,
    method: 'GET',
    path: '/decision-requirements/{decisionRequirementsKey}',
    summary: 'Get decision requirements',
    params: requirementsParams,
    response: json(decisionRequirements),
  }),
  getDecisionRequirementsXml: route({
    ...read,
    method: 'GET',
    path: '/decision-requirements/{decisionRequirementsKey}/xml',
    summary: 'Get the DMN file of decision requirements',
    params: requirementsParams,
    response: xmlResponse,
  }),
  searchDecisionInstances: route({
    tag,
    method: 'POST',
    path: '/decision-instances/search',
    summary: 'Search evaluated decisions',
    permission: 'decision-instance:read',
    surface: 'field',
    body: decisionInstanceSearch.optional(),
    response: json(searchResponse(decisionInstance)),
  }),
  getDecisionInstance: route({
    tag,
    method: 'GET',
    path: '/decision-instances/{decisionEvaluationInstanceKey}',
    summary: 'Get an evaluated decision with its inputs and matched rules',
    permission: 'decision-instance:read',
    surface: 'field',
    params: z.object({
      decisionEvaluationInstanceKey: z.string().regex(/^[1-9]\d{0,15}-[1-9]\d{0,8}$/, {
        error: 'expected the key of an evaluation, a hyphen and a position',
      }),
    }),
    response: json(decisionInstanceDetails),
  }),
} as const
