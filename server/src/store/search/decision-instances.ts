/** What was evaluated. */
import type {
  DecisionInstance,
  DecisionInstanceDetails,
  decisionInstanceSearch,
} from '@braid/contract/decision.ts'
import type { EvaluatedDecision } from '@braid/core/decision/evaluate.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { evaluatedInputs, matchedRules } from '../evaluated-decision.ts'
import {
  integerField,
  keyField,
  optionalKeyField,
  requiredTimeField,
  tenantField,
  textField,
} from './field.ts'
import { type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf, defaultTenant } from './row.ts'

type Request = NonNullable<z.output<typeof decisionInstanceSearch>>

const instanceKey = `(i.evaluation_key || '-' || i.position)`

const entity: SearchableEntity = {
  from: 'decision_instance i',
  key: 'i.key',
  select: `i.key, ${instanceKey} as instance_name, i.evaluation_key, i.decision_key, i.decision_id, i.decision_name,
    i.decision_version, i.decision_type, i.requirements_key, i.requirements_id, i.root_decision_key, i.instance_key,
    i.element_instance_key, i.definition_key, i.process_id, i.state, i.failure, i.evaluated_at, i.result`,
  fields: {
    decisionEvaluationInstanceKey: textField(instanceKey),
    decisionEvaluationKey: keyField('i.evaluation_key'),
    decisionDefinitionKey: keyField('i.decision_key'),
    decisionDefinitionId: textField('i.decision_id'),
    decisionDefinitionName: textField('i.decision_name'),
    decisionDefinitionVersion: integerField('i.decision_version'),
    decisionDefinitionType: textField('i.decision_type'),
    decisionRequirementsKey: keyField('i.requirements_key'),
    rootDecisionDefinitionKey: keyField('i.root_decision_key'),
    state: textField('i.state'),
    evaluationDate: requiredTimeField('i.evaluated_at'),
    evaluationFailure: textField('i.failure'),
    processDefinitionKey: optionalKeyField('i.definition_key'),
    processInstanceKey: optionalKeyField('i.instance_key'),
    elementInstanceKey: optionalKeyField('i.element_instance_key'),
    tenantId: tenantField,
  },
}

function toItem(row: Row): DecisionInstance {
  const column = columnsOf(row)
  return {
    decisionEvaluationInstanceKey: column.text('instance_name'),
    decisionEvaluationKey: column.key('evaluation_key'),
    decisionDefinitionKey: column.key('decision_key'),
    decisionDefinitionId: column.text('decision_id'),
    decisionDefinitionName: column.text('decision_name'),
    decisionDefinitionVersion: column.number('decision_version'),
    decisionDefinitionType: column.text('decision_type') as DecisionInstance['decisionDefinitionType'],
    decisionRequirementsKey: column.key('requirements_key'),
    decisionRequirementsId: column.text('requirements_id'),
    rootDecisionDefinitionKey: column.key('root_decision_key'),
    processInstanceKey: column.optionalKey('instance_key'),
    elementInstanceKey: column.optionalKey('element_instance_key'),
    processDefinitionKey: column.optionalKey('definition_key'),
    processDefinitionId: column.optionalText('process_id'),
    state: column.text('state') as DecisionInstance['state'],
    evaluationFailure: column.optionalText('failure'),
    evaluationDate: column.time('evaluated_at'),
    result: column.text('result'),
    tenantId: defaultTenant,
  }
}

export async function searchDecisionInstances(
  database: Database,
  request: Request,
): Promise<Page<DecisionInstance>> {
  const page = await searchPage(database, entity, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map(toItem) }
}

/** `name`: `<key of the evaluation>-<position>`. */
export async function getDecisionInstance(
  database: Database,
  name: string,
): Promise<DecisionInstanceDetails | undefined> {
  const [evaluation = '', position = ''] = name.split('-')
  const [row] = await database.run<Row>({
    text: `
      select ${entity.select}, i.inputs, i.matched_rules from ${entity.from}
      where i.evaluation_key = $1 and i.position = $2`,
    values: [Number(evaluation), Number(position)],
  })
  if (row === undefined) return undefined
  const column = columnsOf(row)
  const inputs = JSON.parse(column.text('inputs')) as EvaluatedDecision['inputs']
  const rules = JSON.parse(column.text('matched_rules')) as EvaluatedDecision['matchedRules']
  return { ...toItem(row), evaluatedInputs: evaluatedInputs(inputs), matchedRules: matchedRules(rules) }
}
