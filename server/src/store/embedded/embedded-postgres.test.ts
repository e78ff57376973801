import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client } from 'pg'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  removeEmbeddedPostgres,
  startEmbeddedPostgres,
  stopEmbeddedPostgres,
} from './embedded-postgres.ts'
import { identityOf } from './process-identity.ts'

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 })

let dataDir: string
let handles: EmbeddedPostgres[]
let children: ChildProcess[]

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'braid-pg-'))
  await chmod(folder, 0o755)
  dataDir = join(folder, 'data')
  handles = []
  children = []
})

afterEach(async () => {
  await Promise.all(handles.map((handle) => handle.stop()))
  for (const child of children) child.kill('SIGKILL')
  await removeEmbeddedPostgres(dataDir)
  await rm(join(dataDir, '..'), { recursive: true, force: true })
})

async function start(options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const handle = await startEmbeddedPostgres({ dataDir, ...options })
  handles.push(handle)
  return handle
}

async function query(url: string, text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

/** Another process that uses the data folder; resolves to what it printed once it is connected. */
async function startElsewhere(): Promise<{
  child: ChildProcess
  url: string
  pid: number
  adopted: boolean
}> {
  const module = fileURLToPath(new URL('./embedded-postgres.ts', import.meta.url))
  const script = `
    import { startEmbeddedPostgres } from ${JSON.stringify(module)}
    const handle = await startEmbeddedPostgres({ dataDir: ${JSON.stringify(dataDir)} })
    process.on('SIGTERM', () => handle.stop().then(() => process.exit(0)))
    console.log(JSON.stringify({ url: handle.url, pid: handle.pid, adopted: handle.adopted }))
    setInterval(() => undefined, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  const line = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').once('data', resolve)
    child.once('exit', (code) => reject(new Error(`exited with ${code}`)))
  })
  return { child, ...JSON.parse(line) }
}

async function kill(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit')
  child.kill(signal)
  await exited
}

const lives = (pid: number): boolean => identityOf(pid) !== undefined

const pidFile = (): string => join(dataDir, 'postgres', 'data', 'postmaster.pid')

async function occupyPort(): Promise<{ port: number; server: Server }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, server }
}

describe('the embedded PostgreSQL', () => {
  it('starts durable, keeps its data over a stop, and stops its server', async () => {
    const first = await start()
    expect(first.adopted).toBe(false)
    expect(await query(first.url, 'show fsync')).toEqual([{ fsync: 'on' }])
    expect(await query(first.url, 'show synchronous_commit')).toEqual([{ synchronous_commit: 'on' }])
    await query(first.url, 'create table kept as select 42 as answer')
    await first.stop()
    expect(lives(first.pid)).toBe(false)
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  })

  it('keeps strangers out: loopback only, a password, folders that only their owner enters', async () => {
    const { url } = await start()
    expect(await query(url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    const wrong = url.replace(/:[0-9a-f]{48}@/, ':guess@')
    expect(wrong).not.toBe(url)
    await expect(query(wrong, 'select 1')).rejects.toThrow(/password authentication failed/)
    expect((await stat(join(dataDir, 'postgres'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(dataDir, 'postgres', 'password'))).mode & 0o777).toBe(0o600)
  })

  it('takes settings of the caller', async () => {
    const { url } = await start({ settings: { max_connections: '17' } })
    expect(await query(url, 'show max_connections')).toEqual([{ max_connections: '17' }])
  })

  it('is started again on the same address when its server is killed', async () => {
    const lines: string[] = []
    const handle = await start({ log: (line) => lines.push(line) })
    await query(handle.url, 'create table kept as select 1 as answer')
    const killed = handle.pid
    process.kill(killed, 'SIGKILL')
    await vi.waitFor(() => expect(handle.pid).not.toBe(killed), { timeout: 20_000, interval: 20 })
    expect(await query(handle.url, 'select answer from kept')).toEqual([{ answer: 1 }])
    expect(lines.join()).toMatch(/ended unexpectedly/)
  })

  it('is started again even while a helper of the killed server is busy', async () => {
    const handle = await start()
    const busy = query(handle.url, 'select count(*) from generate_series(1, 100000000000)').catch(
      () => undefined,
    )
    await vi.waitFor(async () => expect(await query(handle.url, busyQueries)).toEqual([{ busy: '1' }]), {
      timeout: 10_000,
      interval: 50,
    })
    const killed = handle.pid
    process.kill(killed, 'SIGKILL')
    await vi.waitFor(() => expect(handle.pid).not.toBe(killed), { timeout: 30_000, interval: 50 })
    await busy
    expect(await query(handle.url, 'select 1 as answer')).toEqual([{ answer: 1 }])
  })

  it('outlives a kill -9 of its user and is adopted by the next one', async () => {
    const elsewhere = await startElsewhere()
    await query(elsewhere.url, 'create table kept as select 7 as answer')
    await kill(elsewhere.child, 'SIGKILL')
    expect(lives(elsewhere.pid)).toBe(true)
    const handle = await start()
    expect(handle).toMatchObject({ adopted: true, pid: elsewhere.pid, url: elsewhere.url })
    expect(await query(handle.url, 'select answer from kept')).toEqual([{ answer: 7 }])
    await handle.stop()
    expect(lives(elsewhere.pid)).toBe(false)
  })

  it('starts after both were killed at once', async () => {
    const elsewhere = await startElsewhere()
    await query(elsewhere.url, 'create table kept as select 8 as answer')
    process.kill(elsewhere.pid, 'SIGKILL')
    await kill(elsewhere.child, 'SIGKILL')
    const handle = await start()
    expect(handle.adopted).toBe(false)
    expect(await query(handle.url, 'select answer from kept')).toEqual([{ answer: 8 }])
  })

  it('is shared by two processes: the first to leave stops nothing', async () => {
    const handle = await start()
    const elsewhere = await startElsewhere()
    expect(elsewhere).toMatchObject({ adopted: true, pid: handle.pid })
    await handle.stop()
    expect(lives(elsewhere.pid)).toBe(true)
    await query(elsewhere.url, 'select 1')
    await kill(elsewhere.child, 'SIGTERM')
    expect(lives(elsewhere.pid)).toBe(false)
  })

  it('starts once when many start at the same moment', async () => {
    const started = await Promise.all([start(), startElsewhere(), startElsewhere(), start()])
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1)
    expect(started.filter(({ adopted }) => !adopted)).toHaveLength(1)
  })

  it('is not fooled by a pid file whose pid now belongs to another process', async () => {
    const first = await start()
    const text = readFileSync(pidFile(), 'utf8')
    await first.stop()
    expect(existsSync(pidFile())).toBe(false)
    writeFileSync(pidFile(), text.replace(/^\d+/, String(process.pid)))
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await query(second.url, 'select 1 as answer')).toEqual([{ answer: 1 }])
  })

  it('uses another port when the wished one is taken', async () => {
    const { port, server } = await occupyPort()
    const lines: string[] = []
    const handle = await start({ port, log: (line) => lines.push(line) })
    expect(lines.join()).toContain(`Port ${port} is taken`)
    expect(await query(handle.url, 'show port')).not.toEqual([{ port: String(port) }])
    server.close()
  })

  it('comes back without its port when that was taken while it was down', async () => {
    const handle = await start()
    const { port } = new URL(handle.url)
    const killed = handle.pid
    process.kill(killed, 'SIGKILL')
    await vi.waitFor(() => expect(lives(killed)).toBe(false), { interval: 5 })
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve))
    await vi.waitFor(() => expect(handle.pid).not.toBe(killed), { timeout: 30_000, interval: 20 })
    expect(await query(handle.url, 'select 1 as answer')).toEqual([{ answer: 1 }])
    server.close()
  })

  it.runIf(process.getuid?.() === 0)(
    'lies elsewhere when root keeps the data folder where nobody else can enter',
    async () => {
      await chmod(join(dataDir, '..'), 0o700)
      const first = await start()
      await query(first.url, 'create table kept as select 9 as answer')
      await first.stop()
      const note = readFileSync(join(dataDir, 'postgres-is-elsewhere.txt'), 'utf8')
      const elsewhere = note.split('\n')[0] ?? ''
      expect(existsSync(join(elsewhere, 'data', 'PG_VERSION'))).toBe(true)
      const second = await start()
      expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 9 }])
      await second.stop()
      await removeEmbeddedPostgres(dataDir)
      expect(existsSync(elsewhere)).toBe(false)
    },
  )

  it('does without a socket when the path of the data folder is too long for one', async () => {
    const longer = join(dataDir, 'x'.repeat(90))
    const handle = await startEmbeddedPostgres({ dataDir: longer })
    expect(new URL(handle.url).search).toBe('')
    expect(await query(handle.url, 'select 1 as answer')).toEqual([{ answer: 1 }])
    await handle.stop()
    await removeEmbeddedPostgres(longer)
  })

  it('makes the database again when the first attempt was killed half-way', async () => {
    const first = await start()
    await first.stop()
    const folder = join(dataDir, 'postgres')
    await rm(join(folder, 'data'), { recursive: true })
    writeFileSync(join(folder, 'unfinished-1'), '')
    const second = await start()
    expect(second.adopted).toBe(false)
    expect(readdirSync(folder)).not.toContain('unfinished-1')
  })

  it('does not begin anew when its files vanish under it', async () => {
    const lines: string[] = []
    const handle = await start({ log: (line) => lines.push(line) })
    process.kill(handle.pid, 'SIGKILL')
    await rm(join(dataDir, 'postgres'), { recursive: true })
    await vi.waitFor(() => expect(lines.join()).toMatch(/is gone/), { timeout: 10_000 })
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  })

  it('says what to do when its files are of another version', async () => {
    const first = await start()
    await first.stop()
    writeFileSync(join(dataDir, 'postgres', 'data', 'PG_VERSION'), '15\n')
    await expect(start()).rejects.toThrow(/made by another version of PostgreSQL/)
  })

  it('ends its users and its server on stop', async () => {
    const elsewhere = await startElsewhere()
    const exited = once(elsewhere.child, 'exit')
    expect(await stopEmbeddedPostgres(dataDir)).toEqual({ nodes: [elsewhere.child.pid], server: undefined })
    await exited
    expect(lives(elsewhere.pid)).toBe(false)
  })

  it('ends the server that a killed user left behind on stop', async () => {
    const elsewhere = await startElsewhere()
    await kill(elsewhere.child, 'SIGKILL')
    expect(await stopEmbeddedPostgres(dataDir)).toEqual({ nodes: [], server: elsewhere.pid })
    expect(lives(elsewhere.pid)).toBe(false)
  })

  it('has nothing to stop in a folder that does not exist', async () => {
    expect(await stopEmbeddedPostgres(join(dataDir, 'none'))).toEqual({ nodes: [], server: undefined })
  })
})

const busyQueries = `select count(*) as busy from pg_stat_activity where query like '%generate_series(1, 1%'
  and state = 'active' and pid <> pg_backend_pid()`
