/** What the fields of a form hold: which JSON each takes, and what is in it before anybody fills it in. */
import { parseDateTime } from '../base/date-time.ts'
import type { JsonValue } from '../base/json.ts'
import { failure, type Result, success } from '../base/result.ts'
import { isDecimal } from './component-reader.ts'
import type { DateSubtype, FieldType, ZoneFormat } from './form.ts'
import { isList } from './path.ts'

/** As form-js sends it when nothing was filled in. */
export function emptyValue(type: FieldType): JsonValue {
  switch (type.kind) {
    case 'text':
      return ''
    case 'checkbox':
      return false
    case 'choice':
      return type.several ? [] : null
    default:
      return null
  }
}

const isNothing = (value: JsonValue): boolean => value === null || value === ''

/** The value of a field as it was sent, or what was expected. Null and empty text are what is sent for nothing. */
export function readValue(type: FieldType, value: JsonValue): Result<JsonValue, string> {
  if (isNothing(value)) return success(emptyValue(type))
  switch (type.kind) {
    case 'text':
      if (typeof value !== 'string') return unexpected('a text', value)
      return success(type.multiline ? value : oneLine(value))
    case 'number':
      return readNumber(type.asText, value)
    case 'checkbox':
      return typeof value === 'boolean' ? success(value) : unexpected('true or false', value)
    case 'datetime':
      return readDateTime(type.subtype, type.zone, value)
    case 'choice':
      return type.several && !isList(value) ? unexpected('a list', value) : success(value)
    case 'file':
      return typeof value === 'string' ? success(value) : unexpected('a text', value)
    case 'expression':
      return success(value)
  }
}

/** What a field shows of a value that the process has: form-js turns numbers into text and back, and drops the rest. */
export function adoptValue(type: FieldType, value: JsonValue): JsonValue {
  const read = readValue(type, converted(type, value))
  return read.ok ? read.value : emptyValue(type)
}

function converted(type: FieldType, value: JsonValue): JsonValue {
  if (type.kind === 'text' && (typeof value === 'number' || typeof value === 'boolean')) return String(value)
  if (type.kind !== 'number') return value
  if (type.asText) return typeof value === 'number' ? String(value) : value
  return typeof value === 'string' && isDecimal(value) ? Number(value) : value
}

const oneLine = (text: string): string => text.replace(/[\r\n\t]/g, ' ')

function readNumber(asText: boolean, value: JsonValue): Result<JsonValue, string> {
  if (!asText) return typeof value === 'number' ? success(value) : unexpected('a number', value)
  if (typeof value !== 'string') return unexpected('a number as text', value)
  return isDecimal(value) ? success(value) : failure('Value is not a number.')
}

const examples = { date: '2026-01-31', time: '09:30', datetime: '2026-01-31T09:30' } as const
const zoneExamples = { no_timezone: '', utc_offset: '+02:00', utc_normalized: 'Z' } as const
const zones = {
  no_timezone: /^$/,
  utc_offset: /^(?:Z|[+-]\d\d:\d\d)$/,
  utc_normalized: /^Z$/,
} as const satisfies Record<ZoneFormat, RegExp>

const dateTimeParts = /^(?<date>\d{4}-\d\d-\d\d)?(?<time>T?\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)?(?<zone>.*)$/

/** ISO 8601, with the zone that the field asks for. */
function readDateTime(subtype: DateSubtype, zone: ZoneFormat, value: JsonValue): Result<JsonValue, string> {
  const example = `${examples[subtype]}${subtype === 'date' ? '' : zoneExamples[zone]}`
  const expected = `a ${subtype === 'datetime' ? 'date and time' : subtype} such as ${example}`
  if (typeof value !== 'string') return unexpected(expected, value)
  const groups = dateTimeParts.exec(value)?.groups
  const date = groups?.date ?? ''
  const time = groups?.time ?? ''
  const hasParts =
    (date !== '') === (subtype !== 'time') &&
    (time !== '') === (subtype !== 'date') &&
    time.startsWith('T') === (subtype === 'datetime')
  const whole = subtype === 'time' ? `2000-01-01T${value}` : value
  const hasZone = zones[subtype === 'date' ? 'no_timezone' : zone].test(groups?.zone ?? '')
  return hasParts && hasZone && parseDateTime(whole).ok
    ? success(value)
    : failure(`expected ${expected}, got another text`)
}

function unexpected(expected: string, value: JsonValue): { readonly ok: false; readonly error: string } {
  const got = value === null ? 'null' : isList(value) ? 'a list' : (nouns[typeof value] ?? 'another value')
  return failure(`expected ${expected}, got ${got}`)
}

const nouns: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  boolean: 'a truth value',
  object: 'an object',
}
