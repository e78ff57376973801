/** What nodes of a DAG will give, as typed values that know where they come from. */
import type { JsonValue } from '@braid/core/base/json.ts'
import { bracketed, feelOf, quotedText } from '@braid/core/model/feel-text.ts'

declare const gives: unique symbol
/** A value that is known when the DAG runs. */
export type Expression<T> = { readonly [gives]: T }

/**
 * What a node gives, the input of the run, or an item. A field of it is a `Ref` again; one that may be missing is null
 * then.
 */
export type Ref<T> = Expression<T> & Fields<T>
type Fields<T> = [NonNullable<T>] extends [readonly unknown[]]
  ? unknown
  : [NonNullable<T>] extends [object]
    ? {
        readonly [K in keyof NonNullable<T>]-?: Ref<
          Present<NonNullable<T>[K]> | (null extends T ? null : never)
        >
      }
    : unknown
/** FEEL knows no `undefined`. */
type Present<T> = undefined extends T ? Exclude<T, undefined> | null : T

/** A value, or something whose parts are known when the DAG runs. */
export type Given<T> =
  | Expression<T>
  | (T extends readonly (infer Item)[]
      ? readonly Given<Item>[]
      : T extends object
        ? { readonly [K in keyof T]: Given<Exclude<T[K], undefined>> }
        : T)

/** What comes of it in the run. */
export type Resolved<G> =
  G extends Expression<infer T>
    ? T
    : G extends readonly (infer Item)[]
      ? Resolved<Item>[]
      : G extends object
        ? { [K in keyof G]: Resolved<G[K]> }
        : G extends null | boolean | number | string
          ? G
          : null

/** A part of a DAG, as far as refs know it: inside of others, or the whole. */
export type RefScope = { readonly name: string; readonly outer: RefScope | undefined }

export type Source = {
  readonly scope: RefScope
  /** FEEL. */
  readonly text: string
  /** Of the node; absent: not of a node. */
  readonly node?: string
  /** Means something else in parts inside of its own. */
  readonly here?: true
}

const sources = new WeakMap<object, readonly Source[]>()
const texts = new WeakMap<object, string>()

export const isExpression = (value: unknown): value is Expression<unknown> =>
  typeof value === 'object' && value !== null && texts.has(value)

/** What an expression reads. */
export const sourcesOf = (value: object): readonly Source[] => sources.get(value) ?? []
/** FEEL without the leading `=`. */
export const textOf = (value: object): string => texts.get(value) ?? ''

const plainName = /^[A-Za-z_]\w*$/

/** `fields`: what is at some of its names instead of what comes when it runs. */
export function refTo<T>(source: Source, fields: ReadonlyMap<string, object> = new Map()): Ref<T> {
  const made = new Map<string, object>(fields)
  const proxy: object = new Proxy(
    {},
    {
      get: (_target, key) => {
        if (typeof key === 'symbol') return undefined
        const known = made.get(key)
        if (known !== undefined) return known
        if (key.includes('`')) throw new Error(`expected a field name without a backtick, got ${key}`)
        const step = plainName.test(key) ? key : `\`${key}\``
        const field = refTo({ ...source, text: `${source.text}.${step}` })
        made.set(key, field)
        return field
      },
      set: () => false,
      has: () => false,
    },
  )
  texts.set(proxy, source.text)
  sources.set(proxy, [source])
  return proxy as Ref<T>
}

/** Whatever JSON has, or an expression: inside FEEL. */
export type FeelPart = Expression<unknown> | JsonValue

/**
 * FEEL over refs and values, such as `` feel<boolean>`${a.score} > ${0.5}` ``: refs are put in by their names, values
 * as FEEL writes them. Without a type it fits everywhere.
 */
export function feel<T = never>(strings: TemplateStringsArray, ...parts: readonly FeelPart[]): Expression<T> {
  const written = parts.map((part) => (isExpression(part) ? bracketedText(part) : literal(part as JsonValue)))
  const expression = Object.freeze({}) as Expression<T>
  texts.set(expression, strings.map((text, index) => text + (written[index] ?? '')).join(''))
  sources.set(
    expression,
    parts.flatMap((part) => (isExpression(part) ? sourcesOf(part) : [])),
  )
  return expression
}

const isRef = (value: object): boolean => sourcesOf(value)[0]?.text === textOf(value)
const bracketedText = (value: object): string => (isRef(value) ? textOf(value) : bracketed(textOf(value)))

/** A text is a text here, also one that begins with `=`. */
const literal = (value: JsonValue): string => feelOf(escaped(value))

/** JSON whose texts are no FEEL. */
export function escaped(value: JsonValue): JsonValue {
  if (typeof value === 'string') return value.startsWith('=') ? `= ${quotedText(value)}` : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(escaped)
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, escaped(entry)]))
}
