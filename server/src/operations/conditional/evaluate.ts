import { DEFAULT_TENANT } from '@braid/contract/schema.ts'
import { formatKey, type Key } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { startsThatHold } from '@braid/core/engine/start-condition.ts'
import { keyOf } from '../keys.ts'
import { type Context, operation } from '../operation.ts'
import { notFound, type Refusal, rejected } from '../refusal.ts'

export const evaluateConditionals = operation({
  id: 'evaluateConditionals',
  target: (_, answer) => answer.conditionalEvaluationKey,
  run: async (context, { body: { variables, processDefinitionKey } }) => {
    const definitions = await definitionsAsked(context, processDefinitionKey)
    if (!definitions.ok) return definitions
    const processInstances: { readonly processDefinitionKey: string; readonly processInstanceKey: string }[] =
      []
    for (const definitionKey of definitions.value) {
      const program = await context.execution.program(definitionKey)
      if (program === undefined) continue
      for (const startElement of startsThatHold(program, variables, context.execution.now())) {
        const created = await context.execution.createInstance({ definitionKey, variables, startElement })
        if (!created.ok) return rejected(created.error)
        processInstances.push({
          processDefinitionKey: formatKey(definitionKey),
          processInstanceKey: formatKey(created.value.instanceKey),
        })
      }
    }
    const conditionalEvaluationKey = formatKey(await context.execution.nextKey())
    return success({ conditionalEvaluationKey, processInstances, tenantId: DEFAULT_TENANT })
  },
})

async function definitionsAsked(
  context: Context,
  keyText: string | undefined,
): Promise<Result<readonly Key[], Refusal>> {
  if (keyText === undefined) return success(await context.conditionalDefinitions())
  const key = keyOf('process definition', keyText)
  if (!key.ok) return key
  const found = await context.definitions.get(key.value)
  return found === undefined ? notFound('process definition', keyText) : success([key.value])
}
