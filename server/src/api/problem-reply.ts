/** Answers with problem details (RFC 9457), whatever went wrong. */
import { type Problem, type ProblemCode, problemCodes, problemType } from '@braid/contract/problem.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { OverloadError } from '../execution/execution.ts'
import type { Log } from '../operations/dependencies.ts'
import type { Refusal } from '../operations/refusal.ts'
import { SearchRefused } from '../store/search/search-refused.ts'
import { StoreError } from '../store/store-error.ts'

export const problemContentType = 'application/problem+json; charset=utf-8'

/** What is waiting is answered in seconds at most. */
const overloadRetryAfter = 1

export function problemOf({ code, detail, extra }: Refusal, instance: string): Problem {
  const { status, title } = problemCodes[code]
  return { type: problemType(code), title, status, code, detail, instance, ...extra }
}

export function sendRefusal(request: FastifyRequest, reply: FastifyReply, refusal: Refusal): FastifyReply {
  const problem = problemOf(refusal, pathOf(request.url))
  if (refusal.retryAfter !== undefined) reply.header('retry-after', refusal.retryAfter)
  if (refusal.code === 'UNAUTHENTICATED') reply.header('www-authenticate', 'Bearer realm="Braid"')
  return reply.code(problem.status).header('content-type', problemContentType).send(JSON.stringify(problem))
}

/** Queries stay out: they may hold what should not be repeated. */
const pathOf = (url: string): string => url.split('?', 1)[0] ?? ''

/** What Fastify and its plugins throw before an operation runs. */
const known: Readonly<Record<string, { readonly code: ProblemCode; readonly detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { code: 'PAYLOAD_TOO_LARGE', detail: 'expected a smaller body' },
  FST_REQ_FILE_TOO_LARGE: { code: 'PAYLOAD_TOO_LARGE', detail: 'expected smaller files' },
  FST_FILES_LIMIT: { code: 'PAYLOAD_TOO_LARGE', detail: 'expected fewer files' },
  FST_FIELDS_LIMIT: { code: 'PAYLOAD_TOO_LARGE', detail: 'expected fewer fields' },
  FST_PARTS_LIMIT: { code: 'PAYLOAD_TOO_LARGE', detail: 'expected fewer parts' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { code: 'UNSUPPORTED_MEDIA_TYPE', detail: 'expected application/json' },
  FST_INVALID_MULTIPART_CONTENT_TYPE: {
    code: 'UNSUPPORTED_MEDIA_TYPE',
    detail: 'expected multipart/form-data',
  },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    code: 'INVALID_REQUEST',
    detail: 'the body is not as long as Content-Length says',
  },
  FST_ERR_BAD_URL: { code: 'INVALID_REQUEST', detail: 'the address is malformed' },
  FST_ERR_MAX_PARAM_LENGTH: { code: 'URI_TOO_LONG', detail: 'a part of the address is too long' },
  FST_INVALID_JSON_FIELD_ERROR: {
    code: 'INVALID_REQUEST',
    detail: 'expected the fields of the form as text',
  },
  FST_PROTO_VIOLATION: { code: 'INVALID_REQUEST', detail: 'a form field has a name that is not allowed' },
}

/** Tells a client its own mistakes; for anything else only that something failed here, which is logged. */
export function refusalOf(error: unknown, log: Log, requestId: string): Refusal {
  if (error instanceof OverloadError) {
    return {
      code: 'RESOURCE_EXHAUSTED',
      detail: error.message || 'too much is waiting; send it again later',
      retryAfter: overloadRetryAfter,
    }
  }
  if (error instanceof SearchRefused) return { code: 'INVALID_REQUEST', detail: error.message }
  if (error instanceof StoreError && (error.kind === 'unavailable' || error.kind === 'timeout')) {
    log.warn({ err: error, requestId }, 'the database did not answer')
    const detail =
      error.kind === 'timeout' ? 'this took too long; ask for less' : 'the database does not answer'
    return { code: 'RESOURCE_EXHAUSTED', detail, retryAfter: overloadRetryAfter }
  }
  const { code, statusCode } = error as { readonly code?: unknown; readonly statusCode?: unknown }
  const refusal = typeof code === 'string' ? known[code] : undefined
  if (refusal !== undefined) return refusal
  if (statusCode === 400) return { code: 'INVALID_REQUEST', detail: 'the request could not be read' }
  log.error({ err: error, requestId }, 'request failed')
  return {
    code: 'INTERNAL_ERROR',
    detail: `something failed; the server's log tells more under ${requestId}`,
  }
}
