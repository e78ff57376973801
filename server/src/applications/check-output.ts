/** Results of tasks and endpoints, before anybody sees them. */
import type { JsonValue } from '@braid/core/base/json.ts'
import type { z } from 'zod'
import { flawsOf } from '../operations/validation.ts'

/** What came out, as its schema gives it; throws with what the schema says against it. `name` is what it is called. */
export async function checkOutput(schema: z.ZodType, result: unknown, name: string): Promise<JsonValue> {
  const parsed = await schema.safeParseAsync(result)
  if (parsed.success) return plainJson(parsed.data)
  const [flaw] = flawsOf(parsed.error.issues, name, result)
  throw new Error(`${flaw?.path}: ${flaw?.message}`)
}

/** As it can be stored: what JSON can't carry is left out. Throws for what refers to itself. */
export function plainJson(value: unknown): JsonValue {
  const text = JSON.stringify(value)
  return text === undefined ? null : (JSON.parse(text) as JsonValue)
}
