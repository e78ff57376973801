/** Carries a request to its operation and the answer back. */
import type { Route } from '@braid/contract/route.ts'
import { type OperationId, routes } from '@braid/contract/routes.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Result } from '@braid/core/base/result.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { openExecution } from '../operations/execution/open-execution.ts'
import { refuseReserved } from '../operations/job/reserved-type.ts'
import { keyOf } from '../operations/keys.ts'
import { type Caller, type Context, type Operation, perform } from '../operations/operation.ts'
import type { Refusal } from '../operations/refusal.ts'
import { type RawRequest, validate } from '../operations/validation.ts'
import { outputAfter, streamExecution } from './execution-stream.ts'
import { streamJobs } from './job-stream.ts'
import type { OutputPages } from './output-pages.ts'
import { sendRefusal } from './problem-reply.ts'
import { resumeAfter, streamProcessInstance } from './process-instance-stream.ts'
import { readResources } from './request-body.ts'
import type { ResponseStream, ResponseStreams } from './response-stream.ts'
import { operations, type TransportOperationId } from './routes.ts'
import { handleSignIn, handleSignOut, registrationFlaw } from './session-routes.ts'
import type { Wakeups } from './wakeups.ts'

export type Handlers = {
  readonly context: Context
  readonly streams: ResponseStreams
  /** At commits of an instance, and at what its tasks say. */
  readonly wakeups: Wakeups
  readonly outputWakeups: Wakeups
  readonly outputPages: OutputPages
  /** Aborted when the server closes: nobody waits any longer. */
  readonly over: AbortSignal
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

export function handlerOf(id: OperationId, handlers: Handlers): Handler {
  const transport: { readonly [Id in TransportOperationId]: Handler } = {
    createSession: (request, reply) => handleSignIn(handlers.context, request, reply),
    deleteSession: (request, reply) => handleSignOut(handlers.context, request, reply),
    streamProcessInstance: (request, reply) => handleInstanceStream(handlers, request, reply),
    streamJobs: (request, reply) => handleJobStream(handlers, request, reply),
    streamExecution: (request, reply) => handleExecutionStream(handlers, request, reply),
  }
  if (id in transport) return transport[id as TransportOperationId]
  if (id === 'createUser') return (request, reply) => handleRegistration(handlers, request, reply)
  // The table pairs each id with its own operation; the pair is lost when the id is a variable.
  const operation = operations[id as keyof typeof operations] as Operation<OperationId>
  return (request, reply) => handle(operation, handlers, request, reply)
}

async function handleRegistration(
  handlers: Handlers,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const flaw = registrationFlaw(handlers.context, request)
  if (flaw !== undefined) return sendRefusal(request, reply, flaw)
  return handle(operations.createUser as Operation<OperationId>, handlers, request, reply)
}

async function handle(
  operation: Operation<OperationId>,
  { context, over }: Handlers,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const route: Route = routes[operation.id]
  const body = await bodyOf(route, request)
  if (!body.ok) return sendRefusal(request, reply, body.error)
  const raw: RawRequest = { params: request.params, query: request.query, body: body.value }
  const answer = await perform(operation, context, raw, callerOf(request, reply, over))
  if (!answer.ok) return sendRefusal(request, reply, answer.error)
  reply.header('cache-control', 'no-store')
  if (answer.value === undefined) return reply.code(204).send()
  const { response } = route
  if (response.kind === 'text') reply.header('content-type', `${response.contentType}; charset=utf-8`)
  // Fastify would send a text as it is, and nothing for null.
  if (response.kind === 'json' && (typeof answer.value !== 'object' || answer.value === null)) {
    reply.header('content-type', 'application/json; charset=utf-8')
    return reply.code(response.status).send(JSON.stringify(answer.value))
  }
  return reply.code(response.status).send(answer.value)
}

/** Its signal is made when somebody asks for it: most operations are over before their caller can go away. */
function callerOf(request: FastifyRequest, reply: FastifyReply, over: AbortSignal): Caller {
  let signal: AbortSignal | undefined
  return {
    identity: request.caller.identity,
    requestId: request.id,
    ...idempotencyKeyOf(request),
    get signal() {
      signal ??= AbortSignal.any([goneSignal(reply), over])
      return signal
    },
  }
}

const idempotencyKeyOf = ({ headers }: FastifyRequest): Pick<Caller, 'idempotencyKey'> =>
  typeof headers['idempotency-key'] === 'string' ? { idempotencyKey: headers['idempotency-key'] } : {}

/** Fastify's `request.signal` watches the request, which closes as soon as its body was read; this one the answer. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  if (reply.raw.destroyed) gone.abort()
  else reply.raw.once('close', () => gone.abort())
  return gone.signal
}

const bodyOf = async (route: Route, request: FastifyRequest): Promise<Result<unknown, Refusal>> =>
  route.bodyKind === 'multipart' && request.isMultipart()
    ? readResources(request)
    : { ok: true, value: request.body }

async function handleInstanceStream(
  handlers: Handlers,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { context } = handlers
  const input = validate(routes.streamProcessInstance, { params: request.params })
  if (!input.ok) return sendRefusal(request, reply, input.error)
  const { processInstanceKey } = input.value.params
  const key = keyOf('process instance', processInstanceKey)
  if (!key.ok) return sendRefusal(request, reply, key.error)
  const target = await streamTarget(context, key.value, request)
  if (!target.ok) return sendRefusal(request, reply, target.error)
  const stream = openStream(handlers, routes.streamProcessInstance, request, reply)
  if ('code' in stream) return sendRefusal(request, reply, stream)
  await streamProcessInstance({ ...context, wakeups: handlers.wakeups }, target.value, stream)
  return reply
}

async function streamTarget(context: Context, instanceKey: Key, request: FastifyRequest) {
  const instance = await context.reads.getProcessInstance(instanceKey)
  if (instance === undefined) {
    const refusal: Refusal = {
      code: 'NOT_FOUND',
      detail: `there is no process instance with key ${instanceKey}`,
    }
    return { ok: false, error: refusal } as const
  }
  const after = await resumeAfter(context, instanceKey, request.headers['last-event-id'])
  return after.ok ? ({ ok: true, value: { instanceKey, instance, after: after.value } } as const) : after
}

async function handleJobStream(
  handlers: Handlers,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const input = validate(routes.streamJobs, { query: request.query })
  if (!input.ok) return sendRefusal(request, reply, input.error)
  const reserved = refuseReserved(input.value.query.type, 'query.type')
  if (!reserved.ok) return sendRefusal(request, reply, reserved.error)
  const stream = openStream(handlers, routes.streamJobs, request, reply)
  if ('code' in stream) return sendRefusal(request, reply, stream)
  await streamJobs(handlers.context, input.value.query, stream)
  return reply
}

async function handleExecutionStream(
  handlers: Handlers,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { context } = handlers
  const input = validate(routes.streamExecution, { params: request.params })
  if (!input.ok) return sendRefusal(request, reply, input.error)
  const { identity } = request.caller
  const found = await openExecution(context, identity, input.value.params.executionKey)
  if (!found.ok) return sendRefusal(request, reply, found.error)
  const after = outputAfter(request.headers['last-event-id'])
  if (!after.ok) return sendRefusal(request, reply, after.error)
  const stream = openStream(handlers, routes.streamExecution, request, reply)
  if ('code' in stream) return sendRefusal(request, reply, stream)
  const { key, userId, run } = found.value
  await streamExecution(
    { ...context, wakeups: handlers.outputWakeups, pages: handlers.outputPages },
    { key, userId, run, after: after.value },
    stream,
  )
  return reply
}

function openStream(
  { streams }: Handlers,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): ResponseStream | Refusal {
  const { identity, credentials } = request.caller
  if (identity === undefined || credentials === undefined || route.response.kind !== 'stream') {
    return { code: 'UNAUTHENTICATED', detail: 'sign in or send an API key' }
  }
  const { contentType } = route.response
  return streams.open(reply, { contentType, permission: route.permission, identity, credentials })
}
