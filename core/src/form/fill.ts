/** The data of a form as it is shown: what the process knows, with what the fields hold before they are filled in. */
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Component, Field, Form } from './form.ts'
import { isSame, knownOptions } from './options.ts'
import { type Draft, draftOf, isList, isObject, type Path, put, valueAt } from './path.ts'
import { adoptValue, emptyValue } from './value.ts'

/** Names of the data that the form may change. */
export const namesOf = (form: Form): ReadonlySet<string> => new Set(namesIn(form.components))

const namesIn = (components: readonly Component[]): readonly string[] =>
  components.flatMap((component) => {
    const [name] = component.path
    if (name !== undefined) return [String(name)]
    return component.kind === 'group' ? namesIn(component.components) : []
  })

export function fillForm(form: Form, known: JsonObject): Draft {
  const draft = draftOf(known, namesOf(form))
  fill(form.components, [], draft, known)
  return draft
}

/** Fills the components at a place; `known` is where named options are looked for. */
export function fill(components: readonly Component[], at: Path, draft: Draft, known: JsonObject): void {
  for (const component of components) {
    const path = [...at, ...component.path]
    if (component.kind === 'field') put(draft, path, fieldValue(component, valueAt(draft, path), known))
    else if (component.kind === 'group') fill(component.components, path, draft, known)
    else {
      const items = itemsOf(valueAt(draft, path), component.defaultRepetitions)
      put(draft, path, items)
      for (const index of items.keys()) fill(component.components, [...path, index], draft, known)
    }
  }
}

const itemsOf = (value: JsonValue | undefined, defaultRepetitions: number): JsonValue[] =>
  isList(value)
    ? value.map((item) => (isObject(item) ? item : {}))
    : Array.from({ length: defaultRepetitions }, () => ({}))

function fieldValue(
  { type, defaultValue }: Field,
  value: JsonValue | undefined,
  known: JsonObject,
): JsonValue {
  if (value === undefined) return defaultValue ?? emptyValue(type)
  const adopted = adoptValue(type, value)
  if (type.kind !== 'choice') return adopted
  const options = knownOptions(type.options, known)
  if (options === undefined) return adopted
  const isOption = (each: JsonValue) => options.some((option) => isSame(option, each))
  if (isList(adopted) && type.several) return adopted.filter(isOption)
  return isOption(adopted) ? adopted : emptyValue(type)
}
