/** Turns what a client sent into the input of an operation, or says which field is wrong, what was expected and what came. */
import type { Route, RouteRequest } from '@braid/contract/route.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { z } from 'zod'
import { type Refusal, refuse } from './refusal.ts'

export type RawRequest = { readonly params?: unknown; readonly query?: unknown; readonly body?: unknown }

export type FieldError = { readonly path: string; readonly message: string }

/** More would be noise: the first errors are mended first. */
export const maxErrors = 20

export function validate<R extends Route>(route: R, raw: RawRequest): Result<RouteRequest<R>, Refusal> {
  const errors: FieldError[] = []
  const request: Record<string, unknown> = {}
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = route[part]
    const value = raw[part]
    if (schema === undefined) {
      if (part === 'body' && value !== undefined) errors.push({ path: 'body', message: 'expected no body' })
      continue
    }
    const parsed = schema.safeParse(value)
    if (parsed.success) request[part] = parsed.data
    else for (const issue of parsed.error.issues) errors.push(...describe(issue, [], part, value))
  }
  const [first] = errors
  if (first === undefined) return success(request as RouteRequest<R>)
  const detail = `${first.path}: ${first.message}`
  return refuse('INVALID_REQUEST', detail, { errors: errors.slice(0, maxErrors) })
}

type Issue = z.core.$ZodIssue

/** The same for any value; `part` is what it is called. */
export const flawsOf = (issues: readonly Issue[], part: string, value: unknown): readonly FieldError[] =>
  issues.flatMap((issue) => describe(issue, [], part, value)).slice(0, maxErrors)

function describe(
  issue: Issue,
  base: readonly PropertyKey[],
  part: string,
  input: unknown,
): readonly FieldError[] {
  const path = [...base, ...issue.path]
  if (issue.code === 'invalid_union') {
    const branch = likeliestBranch(issue)
    if (branch !== undefined) return branch.flatMap((inner) => describe(inner, path, part, input))
    const expected = issue.errors.flatMap(([inner]) =>
      inner?.code === 'invalid_type' ? [inner.expected] : [],
    )
    const message = issue.message === 'Invalid input' ? `expected ${expected.join(' or ')}` : issue.message
    return [{ path: pathText(part, path), message: withActual(message, input, path) }]
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((name) => ({ path: pathText(part, [...path, name]), message: 'unknown field' }))
  }
  if (issue.code === 'too_small' || issue.code === 'too_big')
    return [{ path: pathText(part, path), message: outOfBounds(issue) }]
  const message = issue.message.replace(/^Invalid (input|option): /, '').replace(/, received .*$/, '')
  return [{ path: pathText(part, path), message: withActual(message, input, path) }]
}

type BoundIssue = Extract<Issue, { code: 'too_small' | 'too_big' }>

const countedUnits: Readonly<Record<string, string>> = { string: 'character', array: 'item' }

/** Limits of lengths and numbers, with words instead of signs. */
function outOfBounds(issue: BoundIssue): string {
  const low = issue.code === 'too_small'
  const bound = Number(low ? issue.minimum : issue.maximum)
  const inclusive = low ? 'at least' : 'at most'
  const limit = `${issue.inclusive === false ? (low ? 'more than' : 'less than') : inclusive} ${bound}`
  const unit = countedUnits[issue.origin]
  if (unit === undefined) return `expected a number of ${limit}, got a ${low ? 'smaller' : 'larger'} one`
  return `expected ${limit} ${unit}${bound === 1 ? '' : 's'}, got ${low ? 'fewer' : 'more'}`
}

/** The alternative that was meant: the one with fewest errors, if it got further than "this is another type". */
function likeliestBranch(issue: Extract<Issue, { code: 'invalid_union' }>): readonly Issue[] | undefined {
  const candidates = issue.errors.filter(
    ([first]) => !(first?.code === 'invalid_type' && first.path.length === 0),
  )
  const [best, second] = candidates.toSorted((a, b) => a.length - b.length)
  if (best !== undefined && second !== undefined && second.length === best.length) {
    return issue.message === 'Invalid input' ? best : undefined
  }
  return best
}

export const pathText = (part: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step}]` : `${text}.${String(step)}`),
    part,
  )

/** Values stay out of the message: they may be secret, and logs and screens show messages. */
function withActual(message: string, input: unknown, path: readonly PropertyKey[]): string {
  const value = path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined),
    input,
  )
  if (!message.startsWith('expected')) return message
  const actual = typeName(value)
  // The type was right, its content was not.
  const what = message.includes(`${actual} `) ? actual.replace(/^an? /, 'another ') : actual
  return `${message}, got ${what}`
}

function typeName(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
