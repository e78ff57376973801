/** A Redis of a test, on a free port of this machine. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'

/** Installed by `npm test` where it can be. */
const program = '/usr/bin/redis-server'

/** Under CI a missing Redis fails the tests instead of skipping them. */
export const redisMissing = !existsSync(program) && process.env.CI !== 'true'

export type RedisServer = {
  readonly url: string
  stop(): Promise<void>
  /** Begins it again after `stop`, at the same address, empty. */
  start(): Promise<void>
  /** It keeps its connections and answers nobody, until `resume`. */
  pause(): void
  resume(): void
}

export async function startRedisServer(): Promise<RedisServer> {
  const port = await freePort()
  let running: ChildProcess | undefined
  const start = async (): Promise<void> => {
    // It stores nothing.
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', tmpdir()]
    running = spawn(program, args, { stdio: 'ignore' })
    await untilItListens(port)
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    stop: async () => {
      const stopping = running
      running = undefined
      if (stopping === undefined) return
      const gone = once(stopping, 'exit')
      stopping.kill('SIGKILL')
      await gone
    },
    pause: () => running?.kill('SIGSTOP'),
    resume: () => running?.kill('SIGCONT'),
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function untilItListens(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const socket = connect(port, '127.0.0.1')
    const opened = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true))
      socket.once('error', () => resolve(false))
    })
    socket.destroy()
    if (opened) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`no Redis listens at port ${port} after 10 s`)
}
