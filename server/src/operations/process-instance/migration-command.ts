/** The command of a migration, once its target is known to be there. */
import type { MigrationPlan } from '@braid/contract/migration.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { MigrateInstance } from '@braid/core/engine/command.ts'
import { keyOf } from '../keys.ts'
import type { Context } from '../operation.ts'
import { notFound, type Refusal } from '../refusal.ts'

export async function migrationCommand(
  context: Context,
  { targetProcessDefinitionKey, mappingInstructions }: MigrationPlan,
): Promise<Result<MigrateInstance, Refusal>> {
  const key = keyOf('process definition', targetProcessDefinitionKey)
  if (!key.ok) return key
  const found = await context.definitions.get(key.value)
  if (found === undefined) return notFound('process definition', targetProcessDefinitionKey)
  const mapping = mappingInstructions.map(({ sourceElementId, targetElementId }) => ({
    source: sourceElementId,
    target: targetElementId,
  }))
  return success({ type: 'migrate-instance', definitionKey: key.value, mapping })
}
