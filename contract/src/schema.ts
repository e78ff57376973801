/**
 * Building blocks of every request and response. Names and shapes are those of the Orchestration Cluster REST API v2
 * of Camunda 8, so that its clients work unchanged: keys are strings, dates ISO 8601, lists `{items, page}`.
 */

import type { JsonObject, JsonValue } from '@braid/core/base/json.ts'
import { z } from 'zod'

/** The only tenant so far. */
export const DEFAULT_TENANT = '<default>' as const

export const key = z
  .string({
    error: (issue) => (issue.input === undefined ? undefined : 'expected a key: a string of decimal digits'),
  })
  .regex(/^[1-9]\d{0,15}$/, { error: 'expected a key: a string of decimal digits' })
  .meta({ description: 'A decimal number below 2^53, as a string.', example: '2251799813685249' })

/** Text without NUL, which the database cannot hold. */
export const text = (maxLength: number) =>
  z
    .string()
    .max(maxLength)
    .refine((value) => !value.includes('\0'), { error: 'expected text without the character U+0000' })

/** An id written by people: of a process, element, form, user. */
export const id = text(255).min(1)

export const dateTime = z.iso
  .datetime({
    offset: true,
    error: 'expected an ISO 8601 date and time with offset, such as 2026-01-31T09:00:00Z',
  })
  .meta({ example: '2026-01-31T09:00:00.000Z' })

// A body comes out of JSON.parse behind a limit on depth, so its values are JSON already: no second walk over them.
export const jsonValue: z.ZodType<JsonValue> = z.custom<JsonValue>((value) => value !== undefined)
export const jsonObject: z.ZodType<JsonObject> = z
  .custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value), {
    error: 'expected a JSON object',
  })
  .meta({ type: 'object', additionalProperties: true })

/** An integer in a query string. */
export const queryInteger = (bounds: { readonly min: number; readonly max: number }) =>
  z.coerce.number<number | string>().pipe(z.int().min(bounds.min).max(bounds.max))

/** Accepted from clients that always send it; anything but the one tenant is refused. */
export const tenantId = z.literal(DEFAULT_TENANT, { error: `expected "${DEFAULT_TENANT}", the only tenant` })
/** Accepted for compatibility; the audit log carries the request id instead. */
export const operationReference = z.int().positive()

const either = <T extends z.ZodType>(value: T, operators: z.ZodType) => z.union([value, operators])

const equality = <T extends z.ZodType>(value: T) => ({
  $eq: value.optional(),
  $neq: value.optional(),
  $exists: z.boolean().optional(),
  $in: z.array(value).max(1000).optional(),
  $notIn: z.array(value).max(1000).optional(),
})
const order = <T extends z.ZodType>(value: T) => ({
  $gt: value.optional(),
  $gte: value.optional(),
  $lt: value.optional(),
  $lte: value.optional(),
})

const keyOperators = z.strictObject(equality(key))
const textOperators = z.strictObject({ ...equality(text(4096)), $like: text(4096).optional() })
const integerOperators = z.strictObject({ ...equality(z.int()), ...order(z.int()) })
const dateTimeOperators = z.strictObject({ ...equality(dateTime), ...order(dateTime) })

export type KeyFilter = string | z.output<typeof keyOperators>
export type TextFilter = string | z.output<typeof textOperators>
export type IntegerFilter = number | z.output<typeof integerOperators>
export type DateTimeFilter = string | z.output<typeof dateTimeOperators>

export const keyFilter: z.ZodType<KeyFilter, KeyFilter> = z.union([key, keyOperators])
/** A value, or operators; `$like` knows `*` and `?`. */
export const textFilter: z.ZodType<TextFilter, TextFilter> = z.union([text(4096), textOperators])
export const integerFilter: z.ZodType<IntegerFilter, IntegerFilter> = z.union([z.int(), integerOperators])
export const dateTimeFilter: z.ZodType<DateTimeFilter, DateTimeFilter> = z.union([
  dateTime,
  dateTimeOperators,
])
export const choiceFilter = <const T extends readonly [string, ...string[]]>(values: T) =>
  either(
    z.enum(values),
    z.strictObject({ ...equality(z.enum(values)), $like: text(255).optional() }),
  ) as z.ZodType<ChoiceFilter<T[number]>, ChoiceFilter<T[number]>>
export type ChoiceFilter<T extends string> =
  | T
  | {
      readonly $eq?: T | undefined
      readonly $neq?: T | undefined
      readonly $exists?: boolean | undefined
      readonly $in?: readonly T[] | undefined
      readonly $notIn?: readonly T[] | undefined
      readonly $like?: string | undefined
    }

/** A variable by name whose JSON text is `value`, e.g. `"\"open\""`, `"42"`. */
export const variableFilter = z.strictObject({ name: id, value: textFilter })

export const pageRequest = z.strictObject({
  limit: z.int().min(0).max(1000).optional(),
  from: z.int().min(0).max(10_000).optional(),
  after: text(4096).optional(),
  before: text(4096).optional(),
})
export type PageRequest = z.output<typeof pageRequest>

/** What every search takes. Fields and filters are the caller's; sort order is read in either case. */
export const searchRequest = <Filter extends z.ZodType, const Fields extends readonly [string, ...string[]]>(
  filter: Filter,
  sortFields: Fields,
) =>
  z.strictObject({
    filter: filter.optional(),
    sort: z
      .array(
        z.strictObject({
          field: z.enum(sortFields),
          order: z
            .enum(['asc', 'desc', 'ASC', 'DESC'])
            .transform((value): 'asc' | 'desc' => (value.toLowerCase() === 'desc' ? 'desc' : 'asc'))
            .optional(),
        }),
      )
      .max(5)
      .optional(),
    page: pageRequest.optional(),
  })

export const pageResponse = z.object({
  /** Counted up to a bound; `hasMoreTotalItems` says that there are more. */
  totalItems: z.int(),
  hasMoreTotalItems: z.boolean(),
  startCursor: z.string().optional(),
  endCursor: z.string().optional(),
})

export const searchResponse = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), page: pageResponse })
