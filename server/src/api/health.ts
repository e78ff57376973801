/** For load balancers and container platforms: alive says that the process answers, ready that it can work. */
import fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { NodeFacts } from '../execution/execution.ts'
import type { Context } from '../operations/operation.ts'
import { allowsHost } from './allowed-host.ts'
import { withSecurityHeaders } from './guard.ts'
import { sendRefusal } from './problem-reply.ts'

export function addHealth(app: FastifyInstance, { isReady }: Pick<Context, 'isReady'>): void {
  app.get('/health/live', { config: { permission: 'public' } }, (_, reply) => reply.code(204).send())
  app.get('/health/ready', { config: { permission: 'public' } }, async (_, reply) =>
    reply.code((await isReady()) ? 204 : 503).send(),
  )
}

type HealthDependencies = Pick<Context, 'isReady' | 'version' | 'config'> & {
  readonly facts: () => NodeFacts
  readonly log: FastifyBaseLogger
}

/** All that a node answers which serves no API: how it is, and what it has in hand. Nothing in it needs a permission. */
export function createHealthServer({
  facts,
  isReady,
  version,
  config,
  log,
}: HealthDependencies): FastifyInstance {
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    exposeHeadRoutes: false,
  })
  app.addHook('onRequest', async (request, reply) => {
    withSecurityHeaders(reply)
    if (allowsHost(config.host, request.headers.host)) return
    const detail = 'this node listens on the loopback address only and answers for localhost'
    return sendRefusal(request, reply, { code: 'HOST_REJECTED', detail })
  })
  app.setNotFoundHandler((request, reply) =>
    sendRefusal(request, reply, {
      code: 'NOT_FOUND',
      detail: 'this node serves no API: its RUN_MODE is WORKER',
    }),
  )
  addHealth(app, { isReady })
  app.get('/health/status', async (_, reply) => {
    const { mode, tags, jobTypes, running } = facts()
    const { rss, heapUsed } = process.memoryUsage()
    const memory = { residentBytes: rss, heapBytes: heapUsed }
    const uptimeSeconds = Math.round(process.uptime())
    return reply.header('cache-control', 'no-store').send({
      version,
      mode,
      isReady: await isReady(),
      tags,
      jobTypes,
      running,
      uptimeSeconds,
      memory,
    })
  })
  return app
}
