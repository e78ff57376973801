/** An expected refusal of an operation; transports turn it into problem details (RFC 9457). */
import type { Problem, ProblemCode } from '@braid/contract/problem.ts'
import { failure } from '@braid/core/base/result.ts'
import type { Rejection } from '@braid/core/engine/command.ts'

export type Refusal = {
  readonly code: ProblemCode
  readonly detail: string
  readonly extra?: Pick<Problem, 'errors' | 'findings' | 'processInstanceKey'>
  /** Seconds after which it may work. */
  readonly retryAfter?: number
}

export const refuse = (code: ProblemCode, detail: string, extra?: Refusal['extra']) =>
  failure<Refusal>({ code, detail, ...(extra === undefined ? {} : { extra }) })

export const notFound = (what: string, key: string) =>
  refuse('NOT_FOUND', `there is no ${what} with key ${key}`)

const codes = {
  'not-found': 'NOT_FOUND',
  conflict: 'INVALID_STATE',
  invalid: 'INVALID_REQUEST',
  busy: 'TOO_MANY_REQUESTS',
} as const

/** Seconds; room comes when something ends, which nobody can foresee. */
const busyRetryAfter = 1

/** A refusal by the engine. */
export const rejected = ({ kind, message, details }: Rejection) =>
  failure<Refusal>({
    code: codes[kind],
    detail: message,
    ...(details === undefined ? {} : { extra: { errors: [...details] } }),
    ...(kind === 'busy' ? { retryAfter: busyRetryAfter } : {}),
  })
