/** Takes the port that was asked for, or the next free one. */
import type { FastifyInstance } from 'fastify'
import type { Config } from './config.ts'

/** Ports that are tried, one after the other. */
const maxTries = 100

/** The address where it listens. */
export async function listen(
  app: FastifyInstance,
  { host, port, portIsFixed }: Pick<Config, 'host' | 'port' | 'portIsFixed'>,
): Promise<string> {
  for (let candidate = port; ; candidate += 1) {
    try {
      return await app.listen({ host, port: candidate })
    } catch (error) {
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!taken) throw error
      if (portIsFixed)
        throw new Error(`port ${port} is taken: set BRAID_PORT to another one, or leave it out`)
      if (candidate >= port + maxTries)
        throw new Error(`the ports ${port} to ${candidate} are taken: set BRAID_PORT`)
    }
  }
}
