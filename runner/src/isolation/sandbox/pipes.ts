/**
 * What goes between the server and a script: named pipes (fifo(7)) and, for what it reads, files without a name. The
 * sockets that Node itself would make can't be opened by the names that scripts know them by (`/dev/stdout`,
 * `/dev/stdin`). Each pipe is used by one run and then removed; they are made many at a time, for Node has to call a
 * program for it.
 */
import { execFile } from 'node:child_process'
import { chownSync, closeSync, constants, openSync, rmSync, writeFileSync } from 'node:fs'
import { chmod, chown, mkdir, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { withoutReadAhead } from '../../read-ahead.ts'

const run = promisify(execFile)
const batch = 64
const patienceMs = 10_000

export type Pipes = {
  /** Path of a pipe that nobody has used, to be removed with `rmSync`. */
  take(): Promise<string>
  /** Descriptor to read a text from; for that, a pipe would have to keep its writer, and then would have no end. */
  textFile(text: string): number
}

/** For whoever has that user id; absent: the own. Nobody else gets into the folder, and only this process may change it. */
export async function createPipes(folder: string, owner?: number): Promise<Pipes> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700 })
  if (owner !== undefined) {
    await chown(folder, 0, owner)
    await chmod(folder, 0o710)
  }
  const ready: string[] = []
  let count = 0
  let making: Promise<void> | undefined
  const make = async (): Promise<void> => {
    const paths = Array.from({ length: batch }, () => join(folder, String(count++)))
    await run('mkfifo', ['-m', '600', ...paths], { timeout: patienceMs, env: {} })
    if (owner !== undefined) for (const path of paths) chownSync(path, owner, owner)
    ready.push(...paths)
  }
  const replenish = (): Promise<void> => {
    making ??= make().finally(() => {
      making = undefined
    })
    return making
  }
  return {
    take: async () => {
      // Whoever fails for want of one says so; who only asked ahead does not.
      if (ready.length < batch / 2) replenish().catch(() => undefined)
      while (ready.length === 0) await replenish()
      return ready.pop() as string
    },
    textFile: (text) => {
      const path = join(folder, `text-${count++}`)
      writeFileSync(path, text, { flag: 'wx', mode: 0o444 })
      try {
        return openSync(path, O_RDONLY)
      } finally {
        rmSync(path)
      }
    },
  }
}

const { O_RDONLY, O_WRONLY, O_NONBLOCK, O_NOFOLLOW } = constants

type Pipe = { readonly descriptor: number; readonly stream: Socket }

/** The end of the script is one that blocks, as programs expect. */
function openPipe(path: string): Pipe {
  // This way around neither waits for the other.
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW)
  const stream = withoutReadAhead(() => new Socket({ fd, readable: true, writable: false }))
  return { stream, descriptor: openSync(path, O_WRONLY | O_NOFOLLOW) }
}

export type Channels = {
  /** For the script, as its descriptors 0, 1 and 2. */
  readonly ends: readonly (number | 'ignore')[]
  readonly stdout: Readable
  readonly stderr: Readable
  readonly result: Readable
  /** Where scripts write results to, as a path and as a descriptor. */
  readonly resultPath: string
  readonly resultEnd: number
  /** Closes the script's ends here, once it has them. */
  release(): void
  /** No more results come. */
  endResult(): void
  close(): void
}

/** What one run reads and writes. */
export async function openChannels(pipes: Pipes, stdin = ''): Promise<Channels> {
  const paths: string[] = []
  const streams: Socket[] = []
  const descriptors = new Set<number>()
  const open = async (): Promise<Pipe> => {
    const path = await pipes.take()
    paths.push(path)
    const pipe = openPipe(path)
    streams.push(pipe.stream)
    descriptors.add(pipe.descriptor)
    return pipe
  }
  const close = (descriptor: number): void => {
    if (descriptors.delete(descriptor)) closeSync(descriptor)
  }
  const closeAll = (): void => {
    for (const descriptor of [...descriptors]) close(descriptor)
    for (const stream of streams) stream.destroy()
    for (const path of paths) rmSync(path, { force: true })
  }
  try {
    const [stdout, stderr, result] = [await open(), await open(), await open()]
    const input = stdin === '' ? undefined : pipes.textFile(stdin)
    if (input !== undefined) descriptors.add(input)
    return {
      ends: [input ?? 'ignore', stdout.descriptor, stderr.descriptor],
      stdout: stdout.stream,
      stderr: stderr.stream,
      result: result.stream,
      resultPath: paths[2] as string,
      resultEnd: result.descriptor,
      release: () => {
        for (const descriptor of [...descriptors]) if (descriptor !== result.descriptor) close(descriptor)
      },
      endResult: () => close(result.descriptor),
      close: closeAll,
    }
  } catch (error) {
    closeAll()
    throw error
  }
}
