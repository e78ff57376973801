import type { ApplicationRecord } from '@braid/contract/application-api.ts'
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'

/**
 * What a DAG that is started for a record gets: `id`, `data`, and the record's fields by their names, as far as the schema of
 * its input names them. Without a schema, the id and the fields.
 */
export function recordInput(
  { id, data }: Pick<ApplicationRecord, 'id' | 'data'>,
  schema: JsonObject | undefined,
): JsonObject {
  const properties = schema?.properties
  if (typeof properties !== 'object' || properties === null) return { ...data, id }
  const offered: JsonObject = { data, ...data, id }
  return Object.fromEntries(Object.entries(offered).filter(([name]) => Object.hasOwn(properties, name)))
}

/** Whether a record has all the values that an action wants. */
export const isOffered = (data: JsonObject, where: JsonObject | undefined): boolean =>
  Object.entries(where ?? {}).every(([name, value]) => sameJson(data[name], value))

function sameJson(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null)
    return one === other
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return (
    Array.isArray(one) === Array.isArray(other) &&
    [...names].every((name) => sameJson((one as JsonObject)[name], (other as JsonObject)[name]))
  )
}
