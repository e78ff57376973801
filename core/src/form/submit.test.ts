import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { type FormCase, formCases } from './fixtures/form-cases.ts'
import type { Form } from './form.ts'
import { readForm } from './read-form.ts'
import { submitForm } from './submit.ts'

function formOf(components: readonly JsonObject[]): Form {
  const read = readForm({ id: 'form', type: 'default', components })
  if (!read.ok) throw new Error(JSON.stringify(read.error))
  return read.value.form
}

const submit = (components: readonly JsonObject[], submitted: JsonObject, known: JsonObject = {}) =>
  submitForm(formOf(components), { known, submitted, now: 0 })

/** Messages by place, such as `lines[1].item`. */
function refusals({ components, known, submitted }: FormCase): Readonly<Record<string, readonly string[]>> {
  const outcome = submit(components, submitted, known)
  const found: Record<string, string[]> = {}
  for (const { path, message } of outcome.ok ? [] : outcome.error) {
    const place = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('')
    const messages = found[place.replace(/^\./, '')] ?? []
    found[place.replace(/^\./, '')] = [...messages, message]
  }
  return found
}

describe('what was sent for a form', () => {
  test.each(formCases.filter(({ refused }) => refused !== undefined))('$name is refused', (formCase) => {
    const expected = Object.entries(formCase.refused ?? {}).map(([place, messages]) => [
      place,
      messages.map((message) => message.replace(/^!/, '')),
    ])
    expect(refusals(formCase)).toEqual(Object.fromEntries(expected))
  })

  test.each(formCases.filter(({ refused }) => refused === undefined))('$name is accepted', (formCase) => {
    const { components, known, submitted, sent = submitted } = formCase
    expect(submit(components, submitted, known)).toEqual({ ok: true, value: sent })
  })
})

describe('fields that somebody else may not change', () => {
  const list = (more: JsonObject): JsonObject => ({
    type: 'dynamiclist',
    path: 'lines',
    components: [
      { type: 'number', key: 'id', ...more },
      { type: 'number', key: 'count' },
    ],
  })
  const known = { lines: [{ id: 1, count: 1 }] }

  test.each([{ disabled: true }, { readonly: true }])('keep their values inside what is sent: %j', (more) => {
    const components = [{ type: 'number', key: 'order.total', ...more }, { type: 'text' }]
    const submitted = { order: { total: 1, note: 'x' } }
    const value = { order: { total: 9, note: 'x' } }
    expect(submit(components, submitted, { order: { total: 9 } })).toEqual({ ok: true, value })
    const lines = { lines: [{ id: 7, count: 2 }] }
    expect(submit([list(more)], lines, known)).toEqual({ ok: true, value: { lines: [{ id: 1, count: 2 }] } })
  })

  test('have none in items that nobody knows', () => {
    const submitted = {
      lines: [
        { id: 1, count: 1 },
        { id: 2, count: 2 },
      ],
    }
    expect(submit([list({ disabled: true })], submitted, known)).toEqual({
      ok: true,
      value: { lines: [{ count: 1 }, { count: 2 }] },
    })
  })
})

describe('values', () => {
  test('that belong to no field stay', () => {
    const components = [
      { type: 'number', key: 'order.a' },
      { type: 'button' },
      { type: 'from-elsewhere', key: 'x' },
    ]
    const submitted = { order: { a: 1, b: 2 }, more: [null], x: 'y' }
    expect(submit(components, submitted)).toEqual({ ok: true, value: submitted })
  })

  test('that are computed from each other are computed until nothing changes', () => {
    const components = [
      { type: 'expression', key: 'label', expression: '="costs " + string(double)' },
      { type: 'expression', key: 'double', expression: '=price * 2' },
      { type: 'number', key: 'price' },
    ]
    const value = { price: 4, double: 8, label: 'costs 8' }
    expect(submit(components, { price: 4, label: 'cheap' })).toEqual({ ok: true, value })
  })
})

describe('a field that is left out', () => {
  test('keeps what the process knows, which must be valid', () => {
    const components = [{ type: 'number', key: 'a', validate: { required: true, max: 5 } }]
    expect(submit(components, {}, { a: 5 })).toEqual({ ok: true, value: {} })
    expect(submit(components, {}, { a: 6 })).toMatchObject({ ok: false, error: [{ path: ['a'] }] })
  })
})

describe('limits', () => {
  test('bound the items of lists', () => {
    const lines = Array.from({ length: limits.formFields + 1 }, () => ({}))
    const components = [{ type: 'dynamiclist', path: 'lines', components: [{ type: 'number', key: 'a' }] }]
    expect(submit(components, { lines })).toMatchObject({ ok: false, error: [{ path: [] }] })
  })

  test('bound all expressions together', () => {
    const components = Array.from({ length: 50 }, (_, index) => ({
      type: 'number',
      key: `a${index}`,
      conditional: { hide: '=count(for i in 1..100000 return i) = 1' },
    }))
    const started = performance.now()
    const outcome = submit(components, {})
    expect(outcome).toMatchObject({ ok: false, error: [{ path: [] }] })
    expect(performance.now() - started).toBeLessThan(2_000)
  })

  test('bound patterns', () => {
    const components = Array.from({ length: 50 }, (_, index) => ({
      type: 'textarea',
      key: `a${index}`,
      validate: { pattern: '(?:a|b|ab){100}c' },
    }))
    const submitted = Object.fromEntries(components.map(({ key }) => [key, 'ab'.repeat(20_000)]))
    const started = performance.now()
    expect(submit(components, submitted)).toMatchObject({ ok: false, error: [{ path: [] }] })
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})
