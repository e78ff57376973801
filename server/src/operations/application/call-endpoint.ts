/** Endpoints of applications: the application says who may call them and what they take. */
import type { JsonValue } from '@braid/core/base/json.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { permits } from '../identity.ts'
import { type Caller, type Context, operation } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'

type Call = {
  readonly application: string
  readonly method: 'GET' | 'POST'
  readonly endpoint: string
  readonly input: unknown
  /** What its input is called. */
  readonly part: 'query' | 'body'
}

/** Of endpoints that call endpoints: deeper ones go round in circles. */
const maxDepth = 5

async function call(
  context: Context,
  { application, method, endpoint, input, part }: Call,
  caller: Caller,
  depth = 1,
): Promise<Result<JsonValue, Refusal>> {
  const { applications, log } = context
  const { identity, signal, requestId } = caller
  const found = applications.endpoint(application, method, endpoint)
  if (found === undefined) {
    return refuse('NOT_FOUND', `there is no endpoint ${method} ${endpoint} of an application ${application}`)
  }
  if (!permits(identity, found.permission)) {
    return refuse('FORBIDDEN', `this needs the permission ${found.permission}`)
  }
  const answer = await found.call(input, {
    name: identity?.username ?? '',
    signal,
    callEndpoint: async (other, path, given) => {
      const place = `${other}/${path}`
      if (depth === maxDepth) throw new Error(`${place}: endpoints called each other ${maxDepth} deep`)
      const next = { application: other, method: 'POST', endpoint: path, input: given, part: 'body' } as const
      const answer = await call(context, next, caller, depth + 1)
      if (!answer.ok) throw new Error(`${place}: ${answer.error.detail}`)
      return answer.value
    },
  })
  if (answer.ok) return success(answer.value)
  const { error } = answer
  if (error.kind === 'invalid') {
    const errors = error.errors.map(({ path, message }) => ({ path: `${part}${path}`, message }))
    const [first] = errors
    return refuse('INVALID_REQUEST', `${first?.path}: ${first?.message}`, { errors })
  }
  const { message, place } = error
  log.warn({ application, endpoint, requestId, message, place }, 'an endpoint of an application failed')
  return refuse('APPLICATION_FAILED', `the endpoint ${endpoint} of ${application} failed; its log says why`)
}

export const readEndpoint = operation({
  id: 'readEndpoint',
  run: (context, { params, query }, caller) =>
    call(context, { ...params, method: 'GET', input: query, part: 'query' }, caller),
})

export const callEndpoint = operation({
  id: 'callEndpoint',
  target: ({ params }) => `${params.application}/${params.endpoint}`,
  run: (context, { params, body }, caller) =>
    call(context, { ...params, method: 'POST', input: body, part: 'body' }, caller),
})
