/** Zod schemas of applications as JSON Schema: forms, DAGs and other languages read them so. */
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { JsonSchema } from '@braid/core/model/dag.ts'
import { z } from 'zod'

/** Applications may bring a zod of their own, so not by its class. */
export const isZodType = (value: unknown): value is z.ZodType =>
  typeof value === 'object' && value !== null && '_zod' in value && 'safeParse' in value

/** `input`: what may be given; `output`: what comes out. The error says what JSON can't carry. */
export function jsonSchemaOf(schema: z.ZodType, side: 'input' | 'output'): Result<JsonSchema, string> {
  try {
    const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: side, target: 'draft-2020-12' })
    return success(rest as JsonSchema)
  } catch (error) {
    return failure(`expected a schema of JSON values: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}
