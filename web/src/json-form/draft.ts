/** Values while they are entered: what is empty is undefined, and what can't be read yet stays the text that was typed. */
import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import type { Field, ListField, NumberField, TextField } from './field.ts'

export type Draft = JsonValue | undefined

/** JSON text that can't be read: kept, so that typing goes on. */
export class Unreadable {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type DraftValue = Draft | Unreadable | DraftObject | DraftList
export type DraftObject = { readonly [name: string]: DraftValue }
export type DraftList = readonly DraftValue[]

export type FieldErrors = ReadonlyMap<string, string>

export const propertyPath = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)
export const itemPath = (path: string, index: number): string => `${path}[${index}]`

export const isDraftObject = (value: DraftValue): value is DraftObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Unreadable)
export const isDraftList = (value: DraftValue): value is DraftList => Array.isArray(value)

/** What a form begins with: what is given, else what the schema says. */
export function draftOf(field: Field, given?: DraftValue): DraftValue {
  const value = given ?? field.default
  if (field.kind !== 'object') return value
  const object = value !== undefined && isDraftObject(value) ? value : {}
  const known = field.properties.map(({ name, field: part }) => [name, draftOf(part, object[name])])
  // Fields that the schema does not name are kept as they are.
  return { ...object, ...Object.fromEntries(known) }
}

/** An item to begin with, when one is added to a list. */
export const newItem = (field: Field): DraftValue =>
  draftOf(field) ?? (field.kind === 'object' ? {} : field.kind === 'list' ? [] : undefined)

const isEmpty = (value: DraftValue): boolean => value === undefined || value === ''

/** The JSON of a draft; empty fields are left out, as are objects of which nothing was entered. */
export function jsonOf(field: Field, draft: DraftValue, required = true): Draft {
  if (draft instanceof Unreadable) return undefined
  if (field.kind === 'object' && isDraftObject(draft)) {
    const names = new Map(field.properties.map((property) => [property.name, property]))
    const entries = Object.entries(draft).flatMap(([name, part]) => {
      const property = names.get(name)
      const value = property === undefined ? part : jsonOf(property.field, part, property.required)
      return value === undefined ? [] : [[name, value]]
    })
    return entries.length === 0 && !required ? undefined : (Object.fromEntries(entries) as JsonObject)
  }
  if (field.kind === 'list' && isDraftList(draft)) {
    const items = draft.map((item) => jsonOf(field.item, item)).filter((item) => item !== undefined)
    return items.length === 0 && !required ? undefined : items
  }
  if (isEmpty(draft)) return required ? emptyOf(field) : undefined
  return draft as JsonValue
}

/** What nothing entered means where a value has to be there; undefined where something has to be entered. */
function emptyOf({ kind, nullable }: Field): Draft {
  if (nullable) return null
  return kind === 'boolean' ? false : kind === 'list' ? [] : undefined
}

/** What is wrong with a draft, by path such as `a.b[0]`. The server checks again, and more. */
export function errorsOf(field: Field, draft: DraftValue, path = '', required = true): FieldErrors {
  const errors = new Map<string, string>()
  const tell = (message: string | undefined): void => {
    if (message !== undefined) errors.set(path, message)
  }
  const merge = (more: FieldErrors): void => {
    for (const [place, message] of more) errors.set(place, message)
  }
  if (draft instanceof Unreadable) tell('Expected JSON, such as {"a": 1}, [1, 2] or "text"')
  else if (field.kind === 'object') {
    const object = isDraftObject(draft) ? draft : {}
    if (required || jsonOf(field, object, false) !== undefined)
      for (const { name, field: part, required: needed } of field.properties)
        merge(errorsOf(part, object[name], propertyPath(path, name), needed))
  } else if (field.kind === 'list') {
    const items = draft !== undefined && isDraftList(draft) ? draft : []
    if (required || items.length > 0) tell(listError(field, items))
    for (const [index, item] of items.entries()) merge(errorsOf(field.item, item, itemPath(path, index)))
  } else if (isEmpty(draft) || draft === null) {
    if (required && emptyOf(field) === undefined) tell('Needed')
  } else if (field.kind === 'text') tell(textError(field, draft))
  else if (field.kind === 'number') tell(numberError(field, draft))
  return errors
}

function listError(field: ListField, items: DraftList): string | undefined {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = field
  if (items.length < minItems) return `Expected at least ${minItems}`
  if (items.length > maxItems) return `Expected at most ${maxItems}`
  const distinct = new Set(items.map((item) => JSON.stringify(item)))
  return field.unique && distinct.size < items.length ? 'Expected each only once' : undefined
}

function textError(field: TextField, draft: DraftValue): string | undefined {
  if (typeof draft !== 'string') return 'Expected text'
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern } = field
  const length = [...draft].length
  if (length < minLength) return `Expected at least ${minLength} characters, got ${length}`
  if (length > maxLength) return `Expected at most ${maxLength} characters, got ${length}`
  return pattern !== undefined && matches(pattern, draft) === false
    ? `Expected text that matches ${pattern}`
    : undefined
}

/** Undefined where this browser can't read the pattern: the server will tell. */
function matches(pattern: string, text: string): boolean | undefined {
  try {
    return new RegExp(pattern, 'u').test(text)
  } catch {
    return undefined
  }
}

function numberError(field: NumberField, draft: DraftValue): string | undefined {
  if (typeof draft !== 'number') return field.integer ? 'Expected a whole number' : 'Expected a number'
  const { minimum, maximum, above, below, multipleOf } = field
  if (field.integer && !Number.isInteger(draft)) return 'Expected a whole number'
  if (minimum !== undefined && draft < minimum) return `Expected ${minimum} or more`
  if (maximum !== undefined && draft > maximum) return `Expected ${maximum} or less`
  if (above !== undefined && draft <= above) return `Expected more than ${above}`
  if (below !== undefined && draft >= below) return `Expected less than ${below}`
  return multipleOf !== undefined && Math.abs(draft / multipleOf - Math.round(draft / multipleOf)) > 1e-9
    ? `Expected a multiple of ${multipleOf}`
    : undefined
}
