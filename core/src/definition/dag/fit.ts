/** Whether a value of one JSON Schema can be one of another: only what can't be is said. */
import type { JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import type { JsonSchema } from '../../model/dag.ts'
import { schemaIn } from './schemas.ts'

export type Conflict = { readonly path: readonly string[]; readonly message: string }

/** Empty when nothing is known against it. */
export function conflictsOf(
  given: JsonSchema | undefined,
  wanted: JsonSchema | undefined,
  path: readonly string[] = [],
): readonly Conflict[] {
  if (given === undefined || wanted === undefined || path.length > limits.jsonDepth) return []
  const [gives, wants] = [typesOf(given), typesOf(wanted)]
  if (
    gives !== undefined &&
    wants !== undefined &&
    !gives.some((type) => wants.some((other) => fits(type, other)))
  )
    return [{ path, message: `expected ${wants.join(' or ')}, got ${gives.join(' or ')}` }]
  const choice = wanted.enum
  if (Array.isArray(choice) && 'const' in given && !choice.includes(given.const as JsonValue))
    return [
      {
        path,
        message: `expected one of ${JSON.stringify(choice).slice(0, 200)}, got ${JSON.stringify(given.const)}`,
      },
    ]
  if (gives?.length === 1 && gives[0] === 'object') return objectConflicts(given, wanted, path)
  if (gives?.length === 1 && gives[0] === 'array')
    return conflictsOf(schemaIn(given, 'items'), schemaIn(wanted, 'items'), [...path, 'items'])
  return []
}

const fits = (given: string, wanted: string): boolean =>
  given === wanted ||
  (given === 'integer' && wanted === 'number') ||
  (given === 'number' && wanted === 'integer')

/** Undefined: any. */
function typesOf({ type, anyOf }: JsonSchema): readonly string[] | undefined {
  if (typeof type === 'string') return [type]
  if (Array.isArray(type)) return type.filter((one) => typeof one === 'string')
  if (!Array.isArray(anyOf)) return undefined
  const all = anyOf.map((one) =>
    typeof one === 'object' && one !== null ? typesOf(one as JsonSchema) : undefined,
  )
  return all.some((types) => types === undefined) ? undefined : all.flatMap((types) => types ?? [])
}

function objectConflicts(
  given: JsonSchema,
  wanted: JsonSchema,
  path: readonly string[],
): readonly Conflict[] {
  const [gives, wants] = [schemaIn(given, 'properties') ?? {}, schemaIn(wanted, 'properties') ?? {}]
  const closed = given.additionalProperties === false
  const conflicts: Conflict[] = []
  for (const name of Array.isArray(wanted.required) ? wanted.required : []) {
    if (typeof name !== 'string' || Object.hasOwn(gives, name) || !closed) continue
    conflicts.push({ path: [...path, name], message: `expected a value for '${name}', got none` })
  }
  for (const name of Object.keys(gives)) {
    if (Object.hasOwn(wants, name))
      conflicts.push(...conflictsOf(schemaIn(gives, name), schemaIn(wants, name), [...path, name]))
    else if (wanted.additionalProperties === false) {
      const known = Object.keys(wants).join(', ')
      conflicts.push({ path: [...path, name], message: `expected one of the fields ${known}, got '${name}'` })
    }
  }
  return conflicts
}
