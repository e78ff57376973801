/** The HTTP server: routes from the contract, operations behind them, the web app beside them. */
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import { openApiDocument } from '@braid/contract/openapi.ts'
import type { Route } from '@braid/contract/route.ts'
import { type OperationId, routes } from '@braid/contract/routes.ts'
import type { Key } from '@braid/core/base/key.ts'
import cookie from '@fastify/cookie'
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { createAuditLog } from '../operations/audit-log.ts'
import type { Dependencies } from '../operations/dependencies.ts'
import { createKnownForms } from '../operations/form/known-forms.ts'
import { createJobOwners } from '../operations/job/job-owners.ts'
import { createOutstandingJobs, type OutstandingJobs } from '../operations/job/outstanding-jobs.ts'
import type { Context } from '../operations/operation.ts'
import { createKnownDefinitions } from '../operations/process-definition/known-definitions.ts'
import { createLatestDefinitions } from '../operations/process-definition/latest-definitions.ts'
import { createAttempts } from '../operations/session/attempt-limit.ts'
import { createAuthenticator } from '../operations/session/authenticate.ts'
import { createPasswords } from '../operations/user/passwords.ts'
import { outputText } from './execution-stream.ts'
import { guard, withSecurityHeaders } from './guard.ts'
import { type Handlers, handlerOf } from './handlers.ts'
import { addHealth } from './health.ts'
import { addLiveRoute, type LiveLimits, liveLimits, registerLive } from './live/live-route.ts'
import { createOutputPages } from './output-pages.ts'
import { problemContentType, problemOf, refusalOf, sendRefusal } from './problem-reply.ts'
import {
  acceptBodies,
  BodyRefused,
  deploymentBodyLimit,
  formOverhead,
  jsonBodyLimit,
} from './request-body.ts'
import { createResponseStreams } from './response-stream.ts'
import { securityHeaders } from './security-headers.ts'
import { createWakeups } from './wakeups.ts'
import { serveWebApp } from './web-app.ts'

export type ApiDependencies = Omit<Dependencies, 'log'> & {
  readonly log: FastifyBaseLogger
  /** Folder of the built web app; without one, pages are not found. */
  readonly webRoot?: string
  /** Of sockets, instead of the usual ones. */
  readonly live?: Partial<LiveLimits>
}

const mounts = [
  { prefix: '/api/v1', surfaces: ['field', 'braid'] },
  // Clients of Camunda 8 look here.
  { prefix: '/v2', surfaces: ['field'] },
] as const satisfies readonly { readonly prefix: string; readonly surfaces: readonly Route['surface'][] }[]

/** Reading a request may take this long; answers may take longer. */
const requestTimeoutMs = 60_000
const headersTimeoutMs = 15_000
const keepAliveTimeoutMs = 65_000
/** For requests in hand when the server stops. Whoever is connected then and asks nothing would hold it up for a minute. */
const closingPatienceMs = 5_000

/** Not listening yet. `close()` ends streams and stores what the audit log still holds. */
export async function createApiServer(dependencies: ApiDependencies): Promise<FastifyInstance> {
  const { log } = dependencies
  const { trustedProxies } = dependencies.config
  const context = contextOf(dependencies, () => listeningPort(app) ?? dependencies.config.port)
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: jsonBodyLimit,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5_000 },
    exposeHeadRoutes: false,
    // Whose X-Forwarded-For is believed; without any, a request is from who connects.
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (error, request, reply) => {
      withSecurityHeaders(reply)
      sendRefusal(request, reply, refusalOf(error, log, request.id))
    },
    clientErrorHandler: answerBrokenRequest,
  })
  await app.register(cookie)
  const live = { ...liveLimits, ...dependencies.live }
  await registerLive(app, live)
  await acceptBodies(app)
  guard(app, context)
  app.setErrorHandler((error, request, reply) => {
    // Fastify would hang up on a client that still sends its body, which then could not read why.
    reply.removeHeader('connection')
    const refusal = error instanceof BodyRefused ? error.refusal : refusalOf(error, log, request.id)
    return sendRefusal(request, reply, refusal)
  })
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(request, reply, { code: 'NOT_FOUND', detail: 'there is no such operation' }),
  )
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode, elapsedTime } = reply
    const fields = { method: request.method, path: request.url.split('?', 1)[0], statusCode, elapsedTime }
    if (statusCode >= 500) request.log.warn(fields, 'request')
    else request.log.debug(fields, 'request')
  })
  const { handlers, close } = createHandlers(context)
  for (const mount of mounts) addRoutes(app, mount, handlers)
  addLiveRoute(app, `${mounts[0].prefix}/ws`, context, handlers.wakeups, live)
  addDescription(app, context.version)
  addHealth(app, context)
  await serveWebApp(app, dependencies.webRoot)
  app.addHook('preClose', async () => {
    close()
    setTimeout(() => app.server.closeAllConnections(), closingPatienceMs).unref()
  })
  app.addHook('onClose', () => context.audit.close())
  return app
}

function listeningPort(app: FastifyInstance): number | undefined {
  const address = app.server.address()
  return address === null || typeof address === 'string' ? undefined : address.port
}

function contextOf(dependencies: ApiDependencies, port: () => number): Context {
  const { access, users, config, now, reads, log } = dependencies
  const definitions = createKnownDefinitions(reads)
  dependencies.execution.onDefinitions(definitions.forget)
  const outstandingJobs = createOutstandingJobs()
  dependencies.execution.onJobsCanceled((jobKeys) => tellCanceled(dependencies, outstandingJobs, jobKeys))
  return {
    ...dependencies,
    port,
    audit: createAuditLog(access, log),
    authenticator: createAuthenticator({ access, users, now, adminApiKey: config.adminApiKey }),
    passwords: createPasswords(),
    attempts: createAttempts(now),
    definitions,
    latestDefinitions: createLatestDefinitions(dependencies),
    knownForms: createKnownForms(),
    jobOwners: createJobOwners(),
    outstandingJobs,
  }
}

/** Streams of workers hear of it. When any job may have been canceled, those that are out are looked up. */
function tellCanceled(
  { execution, log }: Pick<ApiDependencies, 'execution' | 'log'>,
  outstanding: OutstandingJobs,
  jobKeys: readonly Key[] | '*',
): void {
  if (jobKeys !== '*') {
    outstanding.canceled(jobKeys)
    return
  }
  const out = outstanding.keys()
  execution.livingJobs(out).then(
    (living) => outstanding.canceled(out.filter((key) => !living.has(key))),
    (error: unknown) => log.warn({ err: error }, 'canceled jobs were not looked up'),
  )
}

function createHandlers(context: Context): { readonly handlers: Handlers; close(): void } {
  const streams = createResponseStreams(context)
  const { execution } = context
  const wakeups = createWakeups(execution.onCommit)
  const outputWakeups = createWakeups((listener) => execution.onOutput((head) => listener(head?.instanceKey)))
  const outputPages = createOutputPages(context.reads, outputWakeups, outputText)
  const over = new AbortController()
  return {
    handlers: { context, streams, wakeups, outputWakeups, outputPages, over: over.signal },
    close() {
      over.abort()
      streams.closeAll()
      wakeups.close()
      outputWakeups.close()
    },
  }
}

function addRoutes(
  app: FastifyInstance,
  { prefix, surfaces }: (typeof mounts)[number],
  handlers: Handlers,
): void {
  const served: readonly Route['surface'][] = surfaces
  for (const [id, route] of Object.entries<Route>(routes) as readonly (readonly [OperationId, Route])[]) {
    if (!served.includes(route.surface)) continue
    app.route({
      method: route.method,
      url: prefix + route.path.replace(/\{(\w+)\}/g, ':$1'),
      config: {
        operationId: id,
        permission: route.permission,
        bodyKind: route.bodyKind ?? 'json',
        ...(route.anonymous === undefined ? {} : { anonymous: route.anonymous }),
      },
      bodyLimit: route.bodyKind === 'multipart' ? deploymentBodyLimit + formOverhead : jsonBodyLimit,
      handler: handlerOf(id, handlers),
    })
  }
}

function addDescription(app: FastifyInstance, version: string): void {
  const [mount] = mounts
  const document = JSON.stringify(openApiDocument({ version, path: mount.prefix }))
  app.get(`${mount.prefix}/openapi.json`, { config: { permission: 'signed-in' } }, (_, reply) =>
    reply.header('content-type', 'application/json; charset=utf-8').send(document),
  )
}

/** Bytes that are no HTTP request, or one that took too long: there is no request object yet. */
function answerBrokenRequest(error: Error & { readonly code?: string }, socket: Socket): void {
  if (socket.destroyed || !socket.writable) return
  const code =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? 'HEADERS_TOO_LARGE'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? 'REQUEST_TIMEOUT'
        : 'INVALID_REQUEST'
  const problem = problemOf({ code, detail: 'the request could not be read' }, '')
  const body = JSON.stringify(problem)
  const headers = Object.entries({
    ...securityHeaders,
    'content-type': problemContentType,
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  })
  const lines = headers.map(([name, value]) => `${name}: ${value}`).join('\r\n')
  socket.end(`HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}\r\n${lines}\r\n\r\n${body}`)
}
