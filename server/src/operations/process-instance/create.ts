import type { ProcessDefinition } from '@braid/contract/process-definition.ts'
import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import { formatKey, type Key } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { checkSubmission } from '../form/check-submission.ts'
import { keyOf } from '../keys.ts'
import { type Caller, type Context, operation } from '../operation.ts'
import { notFound, type Refusal, refuse, rejected } from '../refusal.ts'

const defaultWaitMs = 30_000

export const createProcessInstance = operation({
  id: 'createProcessInstance',
  target: (_, answer) => answer.processInstanceKey,
  run: async (context, { body }, caller) => {
    const definition = await findDefinition(context, body)
    if (!definition.ok) return definition
    const [start] = body.startInstructions ?? []
    const variables = await checkStartForm(context, definition.value, start?.elementId, body.variables ?? {})
    if (!variables.ok) return variables
    const created = await context.execution.createInstance({
      definitionKey: definition.value.key,
      variables: variables.value,
      ...(start === undefined ? {} : { startElement: start.elementId }),
      ...(body.businessId === undefined ? {} : { businessId: body.businessId }),
    })
    if (!created.ok) return rejected(created.error)
    const { instanceKey } = created.value
    const result = body.awaitCompletion ? await awaitResult(context, instanceKey, body, caller) : success({})
    if (!result.ok) return result
    const { processDefinitionId, processDefinitionKey, version } = definition.value.found
    return success({
      processInstanceKey: formatKey(instanceKey),
      processDefinitionKey,
      processDefinitionId,
      processDefinitionVersion: version,
      variables: result.value,
      tenantId: DEFAULT_TENANT,
    })
  },
})

type Choice = {
  readonly processDefinitionKey?: string
  readonly processDefinitionId?: string
  readonly processDefinitionVersion?: number | undefined
}
type FoundDefinition = { readonly key: Key; readonly found: ProcessDefinition }
type Found = Result<FoundDefinition, Refusal>

/** What the form of the start event makes of the variables; they stay as they are when it has none. */
async function checkStartForm(
  context: Context,
  { key, found }: FoundDefinition,
  start: string | undefined,
  submitted: JsonObject,
): Promise<Result<JsonObject, Refusal>> {
  const form = found.hasStartForm ? await context.reads.getStartForm(key, start) : undefined
  return form === undefined ? success(submitted) : checkSubmission(context, form, {}, submitted)
}

async function findDefinition(context: Context, choice: Choice): Promise<Found> {
  if (choice.processDefinitionKey !== undefined) {
    const key = keyOf('process definition', choice.processDefinitionKey)
    return key.ok ? known(context, key.value) : key
  }
  const { processDefinitionId: processId = '', processDefinitionVersion: version = -1 } = choice
  if (version === -1) {
    const key = await context.latestDefinitions.find(processId)
    return key === undefined
      ? refuse('NOT_FOUND', `there is no process definition with id ${processId}`)
      : known(context, key)
  }
  const filter = { processDefinitionId: processId, version }
  const { items } = await context.reads.search.processDefinitions({ filter, page: { limit: 1 } })
  const [found] = items
  if (found === undefined) {
    return refuse('NOT_FOUND', `there is no process definition with id ${processId} and version ${version}`)
  }
  const key = keyOf('process definition', found.processDefinitionKey)
  return key.ok ? success({ key: key.value, found }) : key
}

async function known(context: Context, key: Key): Promise<Found> {
  const found = await context.definitions.get(key)
  return found === undefined ? notFound('process definition', formatKey(key)) : success({ key, found })
}

async function awaitResult(
  context: Context,
  instanceKey: Key,
  body: {
    readonly requestTimeout?: number | undefined
    readonly fetchVariables?: readonly string[] | undefined
  },
  { signal }: Caller,
): Promise<Result<JsonObject, Refusal>> {
  const waitMs = body.requestTimeout || defaultWaitMs
  const end = await context.execution.awaitEnd(instanceKey, waitMs, signal)
  if (end === undefined) {
    const processInstanceKey = formatKey(instanceKey)
    const detail = `process instance ${processInstanceKey} runs on; it did not end within ${waitMs} ms`
    return refuse('COMPLETION_TIMEOUT', detail, { processInstanceKey })
  }
  const wanted = body.fetchVariables
  if (wanted === undefined || wanted.length === 0) return success(end.variables)
  return success(Object.fromEntries(Object.entries(end.variables).filter(([name]) => wanted.includes(name))))
}
