/** The input of a run: what the starter gives, over the named variant, as the schema of the DAG wants it. */
import type { JsonObject } from '@braid/core/base/json.ts'
import { failure, type Result, success } from '@braid/core/base/result.ts'
import type { DagModel } from '@braid/core/model/dag.ts'
import { compileSchema } from './json-schema.ts'

/** `path` from the request on, such as `input.count`. */
export type InputErrors = readonly { readonly path: string; readonly message: string }[]

export function runInput(
  { input: schema, variants = {} }: Pick<DagModel, 'input' | 'variants'>,
  given: JsonObject,
  variant: string | undefined,
): Result<JsonObject, InputErrors> {
  if (variant !== undefined && !Object.hasOwn(variants, variant)) {
    const names = Object.keys(variants).join(', ') || 'none'
    return failure([{ path: 'variant', message: `expected a variant of the DAG (${names})` }])
  }
  const input = { ...(variant === undefined ? {} : variants[variant]), ...given }
  if (schema === undefined) return success(input)
  const check = compileSchema(schema)
  if (!check.ok) {
    return failure([
      { path: 'input', message: `can't be checked, for the schema of the DAG is broken: ${check.error}` },
    ])
  }
  const errors = check.value(input)
  if (errors.length === 0) return success(input)
  return failure(
    errors.map(({ path, message }) => ({ path: path === '' ? 'input' : `input.${path}`, message })),
  )
}
