/** Reads a form-js schema into a Form, or says what is wrong with it and in which component. */
import type { JsonObject, JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { failure, type Result, success } from '../base/result.ts'
import { ComponentReader, isExpression, type Reading } from './component-reader.ts'
import type { Component, Field, FieldType, Form, FormFinding, OptionsSource, Rules } from './form.ts'
import { isList, isObject, type Path } from './path.ts'
import { compilePattern } from './pattern.ts'
import { findRepeated } from './repeated.ts'
import { type TextKind, textKinds } from './text-kinds.ts'

export type ReadForm = { readonly form: Form; readonly warnings: readonly FormFinding[] }

export function readForm(schema: JsonObject): Result<ReadForm, readonly FormFinding[]> {
  const { components = [], id } = schema
  const findings: FormFinding[] = []
  const count = countComponents(components)
  if (!isList(components) || count > limits.formComponents) {
    const message =
      count > limits.formComponents
        ? `expected at most ${limits.formComponents} components, got ${count}`
        : 'expected components of the form to be a list'
    return failure([{ severity: 'error', code: 'FORM_COMPONENT_INVALID', message }])
  }
  const names = specialNames(components)
  const reading: Reading = { findings, ids: new Set(), names, expressionLength: limits.formExpressions }
  const read = readComponents(components, 'components', reading)
  findings.push(...findRepeated(read))
  return findings.some(({ severity }) => severity === 'error')
    ? failure(findings)
    : success({ form: { id: typeof id === 'string' ? id : '', components: read }, warnings: findings })
}

const componentsOf = (component: JsonValue): readonly JsonValue[] =>
  isObject(component) && isList(component.components) ? component.components : []

const countComponents = (components: JsonValue): number =>
  isList(components)
    ? components.reduce((sum: number, each) => sum + 1 + countComponents(componentsOf(each)), 0)
    : 0

/** Keys that aren't plain names. */
const specialNames = (components: readonly JsonValue[]): readonly string[] =>
  components.flatMap((component) => {
    const { key, path } = isObject(component) ? component : {}
    const steps = [key, path].flatMap((place) => (typeof place === 'string' ? place.split('.') : []))
    return [...steps.filter((step) => /\W/.test(step)), ...specialNames(componentsOf(component))]
  })

function readComponents(list: readonly JsonValue[], place: string, reading: Reading): readonly Component[] {
  return list.flatMap((component, index) => {
    const here = `${place}[${index}]`
    if (!isObject(component)) {
      const message = `expected ${here} to be an object`
      reading.findings.push({ severity: 'error', code: 'FORM_COMPONENT_INVALID', message })
      return []
    }
    const { id, key } = component
    const name = [id, key, here].find((each) => typeof each === 'string' && each !== '')
    const reader = new ComponentReader(String(name), component, reading)
    if (typeof id === 'string' && reading.ids.has(id)) {
      reader.error('FORM_COMPONENT_REPEATED', `expected each id once, ${id} occurs again`)
    }
    if (typeof id === 'string') reading.ids.add(id)
    return readComponent(reader, here, reading) ?? []
  })
}

function readComponent(reader: ComponentReader, place: string, reading: Reading): Component | undefined {
  const type = reader.text('type') ?? ''
  const hide = reader.inner('conditional')?.condition('hide')
  const base = { id: reader.id, ...(hide !== undefined && { hide }) }
  if (type === 'group' || type === 'dynamiclist') {
    const path = reader.path('path')
    const inside = reader.value('components') ?? []
    if (!isList(inside))
      reader.error('FORM_COMPONENT_INVALID', `expected components of ${reader.id} to be a list`)
    const components = readComponents(isList(inside) ? inside : [], `${place}.components`, reading)
    const repeats = type === 'dynamiclist' && reader.value('isRepeating') !== false
    if (!repeats) return { ...base, kind: 'group', path: path ?? [], components }
    if (path === undefined) return withoutPlace(reader, 'path')
    const defaultRepetitions = Math.max(
      0,
      Math.min(reader.number('defaultRepetitions') ?? 1, limits.formFields),
    )
    return { ...base, kind: 'list', path, components, defaultRepetitions: Math.floor(defaultRepetitions) }
  }
  const fieldType = fieldTypeOf(type, reader)
  if (fieldType === undefined) return undefined
  const path = reader.path('key')
  return path === undefined ? withoutPlace(reader, 'key') : { ...base, ...readField(reader, path, fieldType) }
}

/** The browser gives it a name that nobody knows. */
function withoutPlace(reader: ComponentReader, name: string): undefined {
  if (reader.value(name)) return undefined
  reader.warning(
    'FORM_COMPONENT_INVALID',
    `expected ${reader.id} to have a ${name}; its values are not looked at`,
  )
  return undefined
}

function readField(reader: ComponentReader, path: Path, type: FieldType): Field {
  const defaultValue = reader.value('defaultValue')
  return {
    kind: 'field',
    id: reader.id,
    path,
    type,
    disabled: reader.flag('disabled'),
    readonly: isExpression(reader.value('readonly'))
      ? (reader.condition('readonly') ?? false)
      : reader.flag('readonly'),
    ...(defaultValue !== undefined && { defaultValue }),
    rules: readRules(reader.inner('validate')),
  }
}

function fieldTypeOf(type: string, reader: ComponentReader): FieldType | undefined {
  switch (type) {
    case 'textfield':
    case 'textarea':
      return { kind: 'text', multiline: type === 'textarea' }
    case 'number':
      return numberType(reader)
    case 'checkbox':
      return { kind: 'checkbox' }
    case 'datetime':
      return {
        kind: 'datetime',
        subtype: reader.choice('subtype', ['date', 'time', 'datetime'], 'date'),
        zone: reader.choice(
          'timeSerializingFormat',
          ['no_timezone', 'utc_offset', 'utc_normalized'],
          'no_timezone',
        ),
      }
    case 'radio':
    case 'select':
      return { kind: 'choice', several: false, options: optionsOf(reader) }
    case 'checklist':
    case 'taglist':
      return { kind: 'choice', several: true, options: optionsOf(reader) }
    case 'filepicker':
      return { kind: 'file' }
    case 'expression': {
      const expression = reader.expression('expression')
      return { kind: 'expression', ...(expression !== undefined && { expression }) }
    }
    default:
      return undefined
  }
}

function numberType(reader: ComponentReader): FieldType {
  const decimalDigits = reader.number('decimalDigits')
  const increment = reader.number('increment')
  return {
    kind: 'number',
    asText: reader.flag('serializeToString'),
    ...(decimalDigits !== undefined && { decimalDigits }),
    ...(increment !== undefined && increment !== 0 && { increment: String(reader.value('increment')) }),
  }
}

/** Where several are given, the first in this order counts. */
function optionsOf(reader: ComponentReader): OptionsSource {
  const name = reader.text('valuesKey')
  if (name !== undefined) return { kind: 'variable', name }
  const values = reader.value('values')
  if (values !== undefined) return { kind: 'static', values: isList(values) ? values : [] }
  if (reader.value('valuesExpression') !== undefined) {
    const expression = reader.expression('valuesExpression')
    return { kind: 'expression', ...(expression !== undefined && { expression }) }
  }
  return { kind: 'static', values: ['value'] }
}

function readRules(reader: ComponentReader | undefined): Rules {
  if (reader === undefined) return { required: false }
  const bounds = (['min', 'max', 'minLength', 'maxLength'] as const).flatMap((name) => {
    const bound = reader.bound(name)
    return bound === undefined ? [] : [[name, bound] as const]
  })
  const source = reader.text('pattern')
  const pattern = source === undefined || source === '' ? undefined : compilePattern(source)
  if (pattern?.ok === false) {
    reader.error('FORM_PATTERN_UNSUPPORTED', `pattern of ${reader.id}: ${pattern.error}`)
  }
  const patternErrorMessage = reader.text('patternErrorMessage')
  const textKind = reader.text('validationType')
  return {
    required: reader.flag('required'),
    ...Object.fromEntries(bounds),
    ...(pattern?.ok && { pattern: pattern.value }),
    ...(patternErrorMessage && { patternErrorMessage }),
    ...(isTextKind(textKind) && { textKind }),
  }
}

const isTextKind = (name: string | undefined): name is TextKind =>
  name !== undefined && Object.hasOwn(textKinds, name)
