/** Does the jobs of business rule tasks that call a decision; see `decision-task.ts` of the compiler for the contract. */
import { decisionIdVariable, decisionJobType } from '@braid/core/definition/bpmn/decision-task.ts'
import type { DecisionQuery } from '../store/decision-store.ts'
import type { Decisions } from './decisions.ts'
import { type ActivatedJob, type Execution, IncidentError } from './execution.ts'

export function handleDecisionTasks(execution: Pick<Execution, 'handle'>, decisions: Decisions): void {
  execution.handle(decisionJobType, async (job) => {
    const { headers, variables, instanceKey, elementInstanceKey, definitionKey, processId } = job
    const decision = await decisions.find(queryOf(job))
    if (decision === undefined) throw failure(`there is no decision ${nameOf(job)}`)
    const { [decisionIdVariable]: _, ...visible } = variables
    const origin = { instanceKey, elementInstanceKey, definitionKey, processId }
    const { output, failure: problem } = await decisions.evaluate({ decision, variables: visible, origin })
    if (problem !== undefined) throw failure(`decision ${problem.decisionId}: ${problem.message}`)
    return { [headers.resultVariable ?? 'result']: output }
  })
}

const failure = (message: string) => new IncidentError('DECISION_EVALUATION_ERROR', message)

function decisionIdOf({ headers, variables }: ActivatedJob): string {
  const id = headers.decisionId ?? variables[decisionIdVariable]
  if (typeof id === 'string' && id !== '') return id
  throw failure(
    `expected the decision id of the task to be a text, got ${JSON.stringify(id ?? null).slice(0, 100)}`,
  )
}

function queryOf(job: ActivatedJob): DecisionQuery {
  const { bindingType, versionTag } = job.headers
  const decisionId = decisionIdOf(job)
  if (bindingType === 'versionTag') return { decisionId, binding: bindingType, versionTag }
  return bindingType === 'deployment'
    ? { decisionId, binding: bindingType, callerDefinitionKey: job.definitionKey }
    : { decisionId, binding: 'latest' }
}

function nameOf(job: ActivatedJob): string {
  const { bindingType, versionTag } = job.headers
  return `${decisionIdOf(job)}${bindingType === 'versionTag' ? ` with version tag ${versionTag}` : ''}`
}
