/** Letting process instances go on in another definition, in the words of Camunda 8. */
import { z } from 'zod'
import { id, key } from './schema.ts'

/** Every element that is active must be mapped; events beside them that are not follow the target. */
export const migrationPlan = {
  targetProcessDefinitionKey: key,
  mappingInstructions: z.array(z.strictObject({ sourceElementId: id, targetElementId: id })).max(10_000),
}
export type MigrationPlan = z.output<z.ZodObject<typeof migrationPlan>>
