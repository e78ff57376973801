/** Places in JSON data. What is read or changed are own keys only. */
import type { JsonObject, JsonValue } from '../base/json.ts'

/** Names of objects and indexes of lists, from the outside in. */
export type Path = readonly (string | number)[]

/** Data that nobody else has yet: `put` and `remove` change it in place. */
export type Draft = { [name: string]: JsonValue }

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

/** A copy of which the values under these names may be changed, too. */
export function draftOf(data: JsonObject, names: Iterable<string>): Draft {
  const draft: Draft = { ...data }
  for (const name of names) {
    const value = Object.hasOwn(draft, name) ? draft[name] : undefined
    if (value !== undefined) draft[name] = copyOf(value)
  }
  return draft
}

function copyOf(value: JsonValue): JsonValue {
  if (isList(value)) return value.map(copyOf)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copyOf(inner)]))
}

/** The value at a place, undefined where there is none. */
export function valueAt(data: JsonValue | undefined, path: Path): JsonValue | undefined {
  let at = data
  for (const step of path) {
    if (typeof step === 'number') at = isList(at) ? at[step] : undefined
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined
  }
  return at
}

/** Objects and lists on the way are made where there are none; what else is in the way is replaced. */
export function put(draft: Draft, path: Path, value: JsonValue): void {
  let at: JsonValue = draft
  for (const [index, step] of path.slice(0, -1).entries()) {
    const isListNext = typeof path[index + 1] === 'number'
    const inner = valueAt(at, [step])
    const next: JsonValue = (isListNext ? isList(inner) : isObject(inner)) ? inner! : isListNext ? [] : {}
    if (next !== inner) assign(at, step, next)
    at = next
  }
  assign(at, path.at(-1)!, value)
}

function assign(target: JsonValue, step: string | number, value: JsonValue): void {
  if (typeof step === 'number') {
    const list = target as JsonValue[]
    while (list.length < step) list.push(null)
  }
  ;(target as Draft)[step] = value
}

/** Takes a value away, and what became an empty object around it. */
export function remove(draft: Draft, path: Path): void {
  const outer = path.slice(0, -1)
  const step = path.at(-1)!
  const container = valueAt(draft, outer)
  if (isList(container)) put(draft, path, null)
  else if (isObject(container)) {
    delete (container as Draft)[step]
    if (outer.length > 0 && Object.keys(container).length === 0 && typeof outer.at(-1) === 'string') {
      remove(draft, outer)
    }
  }
}
