/**
 * Checks what somebody sent for a form as the browser does (form-js 2.0): the same rules, the same messages. A form
 * that the browser would send passes unchanged; what it could not send is refused, field by field.
 */
import type { Instant } from '../base/instant.ts'
import type { JsonObject, JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { failure, type Result, success } from '../base/result.ts'
import { Run } from '../expression/run.ts'
import { fill, fillForm, namesOf } from './fill.ts'
import type { Component, Field, Form, List } from './form.ts'
import { isSame, optionsOf } from './options.ts'
import { type Draft, draftOf, isList, isObject, type Path, put, remove, valueAt } from './path.ts'
import { checkField } from './rules.ts'
import { evaluateIn, holdsIn, type Scope } from './scope.ts'
import { emptyValue, readValue } from './value.ts'
import { type Occurrence, occurrences, visibleScope } from './visibility.ts'

export type Submission = {
  /** What the process knew when the form was shown. */
  readonly known: JsonObject
  /** Fields that are left out keep what is known of them, or their default. */
  readonly submitted: JsonObject
  readonly now: Instant
}

export type FieldError = { readonly path: Path; readonly message: string }

type Filling = {
  readonly form: Form
  readonly known: JsonObject
  readonly submitted: JsonObject
  readonly run: Run
  /** As the form was shown. */
  readonly initial: JsonObject
  /** As the form was sent. */
  readonly data: Draft
  /** Values of the wrong type, by their places as text. */
  readonly malformed: Map<string, FieldError>
  fields: number
}

/** Passes after which fields that are computed from each other are taken as they are. */
const maxPasses = 10

/**
 * The variables to set: what was sent without the values of hidden and disabled fields, with those of read-only fields
 * as they were, and with defaults and computed values. Values that belong to no field stay.
 */
export function submitForm(form: Form, submission: Submission): Result<JsonObject, readonly FieldError[]> {
  const { known, submitted, now } = submission
  const initial = fillForm(form, known)
  const data = draftOf(initial, namesOf(form))
  const run = new Run(now)
  const filling: Filling = { form, known, submitted, run, initial, data, malformed: new Map(), fields: 0 }
  enter(form.components, [], filling)
  if (filling.fields > limits.formFields) {
    return failure([{ path: [], message: `expected at most ${limits.formFields} fields, lists included` }])
  }
  compute(filling)
  const found = occurrences(form, data, visibleScope(form, initial, data, run))
  const errors = found.flatMap((occurrence) => (occurrence.hidden ? [] : check(occurrence, filling)))
  if (run.failure !== null) {
    return failure([{ path: [], message: `the expressions of the form: ${run.failure.message}` }])
  }
  return errors.length > 0 ? failure(errors) : success(variablesOf(found, filling))
}

const textOf = (path: Path): string => JSON.stringify(path)

/** Enters what was sent into the data, as somebody who fills in the form. */
function enter(components: readonly Component[], at: Path, filling: Filling): void {
  for (const component of components) {
    const path = [...at, ...component.path]
    if (component.kind === 'group') enter(component.components, path, filling)
    else if (component.kind === 'list') enterList(component, path, filling)
    else enterField(component, path, filling)
    if (filling.fields > limits.formFields) return
  }
}

function enterField({ type, disabled, readonly }: Field, path: Path, filling: Filling): void {
  filling.fields += 1
  const value = valueAt(filling.submitted, path)
  if (value === undefined || disabled || readonly === true || type.kind === 'expression') return
  const read = readValue(type, value)
  if (read.ok) put(filling.data, path, read.value)
  else filling.malformed.set(textOf(path), { path, message: read.error })
}

function enterList({ components }: List, path: Path, filling: Filling): void {
  const { data, submitted, malformed, known } = filling
  const sent = valueAt(submitted, path)
  const before = valueAt(data, path)
  const shown = isList(before) ? before : []
  if (sent !== undefined && !isList(sent)) {
    malformed.set(textOf(path), { path, message: 'expected a list' })
    return
  }
  const length = sent?.length ?? shown.length
  if (length > limits.formFields) filling.fields = length
  if (filling.fields > limits.formFields) return
  put(
    data,
    path,
    Array.from({ length }, (_, index) => shown[index] ?? {}),
  )
  for (let index = 0; index < length; index++) {
    const place = [...path, index]
    if (sent !== undefined && !isObject(sent[index])) {
      malformed.set(textOf(place), { path: place, message: 'expected an object' })
    }
    if (index >= shown.length) fill(components, place, data, known)
    enter(components, place, filling)
    if (filling.fields > limits.formFields) return
  }
}

/** Computes the fields with expressions, which may see each other, until nothing changes. */
function compute({ form, initial, data, run }: Filling): void {
  for (let pass = 0; pass < maxPasses; pass++) {
    let changed = false
    for (const { component, path, hidden, scope } of occurrences(
      form,
      data,
      visibleScope(form, initial, data, run),
    )) {
      if (hidden || component.kind !== 'field' || component.type.kind !== 'expression') continue
      const { expression } = component.type
      const value = expression === undefined ? null : evaluateIn(expression, scope)
      if (isSame(value, valueAt(data, path) ?? null)) continue
      put(data, path, value)
      changed = true
    }
    if (!changed || run.failure !== null) return
  }
}

function check(occurrence: Occurrence, filling: Filling): readonly FieldError[] {
  const { component, path, scope } = occurrence
  const malformed = malformedAt(occurrence, filling)
  if (malformed.length > 0 || component.kind === 'list' || component.disabled) return malformed
  if (isReadonly(component, scope)) restore(component, path, filling)
  const value = valueAt(filling.data, path) ?? null
  return [
    ...checkOptions(component, value, scope, filling.initial),
    ...checkField(component, value, scope),
  ].map((message) => ({ path, message }))
}

/** Of the field, or of the list and its items. */
function malformedAt({ component, path }: Occurrence, { malformed, data }: Filling): readonly FieldError[] {
  if (malformed.size === 0) return []
  const items = component.kind === 'list' ? valueAt(data, path) : undefined
  const inside = isList(items) ? items.map((_, index) => [...path, index]) : []
  return [path, ...inside].flatMap((each) => malformed.get(textOf(each)) ?? [])
}

const isReadonly = ({ readonly }: Field, scope: Scope): boolean =>
  typeof readonly === 'boolean' ? readonly : holdsIn(readonly, scope)

function restore({ type }: Field, path: Path, { initial, data }: Filling): void {
  if (type.kind !== 'expression') put(data, path, valueAt(initial, path) ?? emptyValue(type))
}

function checkOptions(field: Field, value: JsonValue, scope: Scope, known: JsonObject): readonly string[] {
  const { type } = field
  if (type.kind !== 'choice' || value === null) return []
  const chosen = type.several && isList(value) ? value : [value]
  if (chosen.length === 0) return []
  const options = optionsOf(type.options, known, scope)
  if (!scope.run.spend(1 + (options.length * chosen.length) / 10)) return []
  const isOption = (each: JsonValue) => options.some((option) => isSame(option, each))
  return chosen.every(isOption) ? [] : ['Value is not one of the options.']
}

function variablesOf(found: readonly Occurrence[], { form, known, submitted, data }: Filling): JsonObject {
  const variables = draftOf(submitted, namesOf(form))
  const isSent = (path: Path): boolean => path.length > 1 && Object.hasOwn(variables, String(path[0]))
  for (const { component, path, hidden } of found) {
    if (hidden) remove(variables, path)
    else if (component.kind !== 'field') continue
    else if (component.disabled) {
      const before = sameItem(path, known, data) ? valueAt(known, path) : undefined
      if (before !== undefined && isSent(path)) put(variables, path, before)
      else remove(variables, path)
    } else {
      const value = valueAt(data, path) ?? null
      const isNews = valueAt(known, path) === undefined && !isSame(value, emptyValue(component.type))
      const wasSent = isSent(path) || valueAt(submitted, path) !== undefined
      if (wasSent || isNews || component.type.kind === 'expression') put(variables, path, value)
    }
  }
  return variables
}

/** Items of a list have no names: they are the same only while there are as many. */
const sameItem = (path: Path, known: JsonObject, data: JsonObject): boolean =>
  path.every((step, index) => {
    if (typeof step === 'string') return true
    const [before, after] = [known, data].map((each) => valueAt(each, path.slice(0, index)))
    return isList(before) && isList(after) && before.length === after.length
  })
