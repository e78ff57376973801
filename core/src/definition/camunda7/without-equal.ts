/** What of Camunda 7 has no equal: ignored where it changes nothing that a model means, refused where it does. */
import { attributeText, type ElementConversion } from './element-conversion.ts'
import { camundaNamespace, localNameIn } from './namespaces.ts'

const stored = 'every step is stored before the next one begins'
const ordered = 'jobs are handed out in the order in which they came'
const history = 'how long history is kept is no matter of the model'
const permission = 'who may start a process is a permission, no matter of the model'
const watched = 'a condition is evaluated whenever variables change'

const ignoredAttributes: Readonly<Record<string, string>> = {
  async: stored,
  asyncBefore: stored,
  asyncAfter: stored,
  exclusive: 'two steps of an instance never run at the same time',
  jobPriority: ordered,
  taskPriority: ordered,
  historyTimeToLive: history,
  candidateStarterGroups: permission,
  candidateStarterUsers: permission,
  isStartableInTasklist: permission,
  variableName: watched,
  variableEvents: watched,
  errorMessage: 'the message of an error comes from whoever throws it',
}

/** Of the modeler; they stay in the file. */
const kept: ReadonlySet<string> = new Set([
  ...['modelerTemplate', 'modelerTemplateVersion', 'modelerTemplateIcon', 'diagramRelationId'],
])

export const staysInFile = (attribute: string): boolean => kept.has(attribute)

const worker = 'let a worker do it: camunda:type="external" with a camunda:topic'
const listener = 'use a zeebe: listener, which is a job, or a task of its own'

const refusedAttributes: Readonly<Record<string, string>> = {
  class: worker,
  delegateExpression: worker,
  expression: worker,
  resultVariable: 'expected a script in FEEL or a decision for it',
  topic: 'expected camunda:type="external" with it',
  type: worker,
  resource: 'put the text of the script into the file',
  initiator: 'pass the variable when starting',
  formHandlerClass: 'use camunda:formRef with a form',
  calledElementTenantId: 'there is one tenant',
  decisionRefTenantId: 'there is one tenant',
  caseRef: 'cases (CMMN) are not supported',
  variableMappingClass: 'use camunda:in and camunda:out',
  variableMappingDelegateExpression: 'use camunda:in and camunda:out',
  errorMessageVariable: 'the message of an error is not told to the event that catches it',
}

const refusedElements: Readonly<Record<string, string>> = {
  executionListener: listener,
  taskListener: listener,
  connector: worker,
  field: worker,
  formData: 'use camunda:formRef with a form',
  formProperty: 'use camunda:formRef with a form',
  errorEventDefinition: 'let the worker throw the error',
  in: 'only call activities pass variables on',
  out: 'only call activities pass variables on',
  script: 'use a script task in FEEL',
}

/** Last of all: whatever nobody has taken. */
export function judgeRest(conversion: ElementConversion): void {
  const { attributes, elements } = conversion.rest()
  for (const name of attributes) {
    if (staysInFile(name)) continue
    const from = attributeText(name, conversion.take(name) ?? '')
    const why = ignoredAttributes[name]
    if (why !== undefined) conversion.ignored(from, why)
    else conversion.refused(from, refusedAttributes[name] ?? 'it is not known')
  }
  for (const element of elements) {
    const name = localNameIn(camundaNamespace, element) ?? ''
    if (name === 'potentialStarter') conversion.ignored('camunda:potentialStarter', permission)
    else conversion.refused(`camunda:${name}`, refusedElements[name] ?? 'it is not known')
  }
}
