/**
 * One script on a process that waited for it. Invariants:
 * P1 the process is killed whenever the run ends, whatever ends it;
 * P2 how it ended is believed only to who knows the nonce, which scripts do not.
 */
import { randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import type { JsonValue } from '@braid/core/base/json.ts'
import type { Result } from '@braid/core/base/result.ts'
import { failure } from '@braid/core/base/result.ts'
import { collectOutput } from '../../output.ts'
import { readResult } from '../../result.ts'
import { maxResultBytes, type OnOutput, type Outcome, type RunRequest } from '../../runner.ts'
import type { Confined } from './confinement.ts'
import type { GuestEnd, GuestRequest } from './guest/channel.ts'
import { isAlive, type WaitingProcess } from './waiting-processes.ts'

/** How V8 ends when the system gives it no memory. */
const abortCodes = new Set([128 + 4, 128 + 5, 128 + 6])
const killedCode = 128 + 9
const maxEndLine = 1_000
/** For an engine on a busy machine. */
const loadMs = 60_000

/** Never rejects. */
export async function runScript(
  take: () => WaitingProcess,
  request: RunRequest,
  onOutput: OnOutput,
): Promise<Outcome> {
  try {
    return await runOn(take(), request, onOutput)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { kind: 'runner-failed', message, usage: { wallMs: 0, outputBytes: 0 } }
  }
}

async function runOn(process: WaitingProcess, request: RunRequest, onOutput: OnOutput): Promise<Outcome> {
  const { child, confined } = process
  // The time of the script: that of an engine which is still being loaded is not its own.
  let begin = performance.now()
  const elapsed = (): number => Math.round(performance.now() - begin)
  const output = collectOutput(request.limits.outputBytes, elapsed, onOutput)
  const pid = child.pid ?? 0
  let used: ReturnType<Confined['usage']> | undefined
  const kill = (): void => {
    used ??= confined.usage(pid)
    child.kill('SIGKILL')
  }
  const stop = stopBy(request.signal, kill)
  stop.after(loadMs, 'not-loaded')
  let hasScript = false
  let complaint: unknown
  const trouble = (error: unknown): void => {
    complaint ??= error
    kill()
  }
  const nonce = randomBytes(16).toString('hex')
  const told = endOf(process.told, nonce).finally(kill)
  const reading = [
    output.read('stdout', child.stdout as Readable).catch(trouble),
    output.read('stderr', child.stderr as Readable).catch(trouble),
  ]
  const begun = async (): Promise<void> => {
    const text = Buffer.from(JSON.stringify(guestRequest(request, nonce)))
    await process.ready
    await confined.bound(pid, request.limits)
    begin = performance.now()
    stop.after(request.limits.wallMs, 'timed-out')
    child.stdin?.write(`${text.length}\n`)
    child.stdin?.write(text)
    hasScript = true
  }
  // Of a process that has ended nothing can be set; why it has is known.
  begun().catch((error) => (isAlive(process) && stop.reason() === undefined ? trouble(error) : undefined))
  try {
    const exitCode = await process.ended
    const outOfMemory = confined.ranOutOfMemory()
    await confined.remove()
    await Promise.all(reading)
    await output.end()
    if (complaint !== undefined) throw complaint
    if (!hasScript && stop.reason() === undefined)
      throw new Error(`the engine ended with ${exitCode} before it had a script`)
    const usage = { wallMs: elapsed(), outputBytes: output.bytes(), ...used }
    return { ...outcomeOf(stop.reason(), await told, exitCode, outOfMemory), usage }
  } finally {
    stop.settle()
    await confined.remove().catch(() => undefined)
  }
}

function guestRequest({ source, stdin, files, input, limits }: RunRequest, nonce: string): GuestRequest {
  for (const path of Object.keys(files ?? {})) {
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(path) || path.split('/').includes('..'))
      throw new Error(`expected a relative path of a file, but it was ${JSON.stringify(path)}`)
  }
  const { memoryBytes, diskBytes, wallMs } = limits
  const given = JSON.stringify(input ?? {})
  return {
    nonce,
    source,
    stdin: stdin ?? '',
    files: files ?? {},
    input: given,
    memoryBytes,
    diskBytes,
    wallMs,
  }
}

type Told = GuestEnd & { readonly result?: Result<JsonValue, string> }

/** Undefined when the process ends without a word. */
async function endOf(channel: Readable, nonce: string): Promise<Told | undefined> {
  let bytes = Buffer.alloc(0)
  const mark = Buffer.from(`${nonce} `)
  for await (const data of channel as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, data])
    const at = bytes.indexOf(mark)
    const endOfLine = at < 0 ? -1 : bytes.indexOf('\n', at)
    if (endOfLine < 0) {
      // Whoever wrote that is not who tells the end.
      if (bytes.length > maxEndLine) bytes = bytes.subarray(-maxEndLine)
      continue
    }
    const told = JSON.parse(bytes.toString('utf8', at + mark.length, endOfLine)) as GuestEnd
    const result = bytes.subarray(endOfLine + 1)
    if (told.resultBytes > maxResultBytes)
      return {
        ...told,
        result: failure(`expected a result of at most ${maxResultBytes} bytes, got ${told.resultBytes}`),
      }
    if (result.length < told.resultBytes) continue
    const read = readResult(result)
    return { ...told, ...(read === undefined ? {} : { result: read }) }
  }
  return undefined
}

type Reason = 'timed-out' | 'cancelled' | 'not-loaded' | undefined
type Ended =
  | { readonly kind: 'timed-out' | 'cancelled' | 'out-of-memory' }
  | { readonly kind: 'completed'; readonly exitCode: number; readonly result?: Result<JsonValue, string> }
  | { readonly kind: 'runner-failed'; readonly message: string }

function outcomeOf(reason: Reason, told: Told | undefined, exitCode: number, outOfMemory: boolean): Ended {
  if (told === undefined) {
    if (reason === 'not-loaded')
      return { kind: 'runner-failed', message: 'the engine was not loaded in time' }
    if (reason !== undefined) return { kind: reason }
    if (outOfMemory || abortCodes.has(exitCode)) return { kind: 'out-of-memory' }
    return exitCode === killedCode || exitCode === 0
      ? { kind: 'runner-failed', message: `the engine ended with ${exitCode} and told nothing` }
      : { kind: 'completed', exitCode }
  }
  if (told.outOfMemory) return { kind: 'out-of-memory' }
  return {
    kind: 'completed',
    exitCode: told.exitCode,
    ...(told.result === undefined ? {} : { result: told.result }),
  }
}

function stopBy(signal: AbortSignal | undefined, kill: () => void) {
  let reason: Reason
  let timer: NodeJS.Timeout | undefined
  let isSettled = false
  const stop = (why: Reason): void => {
    reason ??= why
    kill()
  }
  const cancel = (): void => stop('cancelled')
  signal?.addEventListener('abort', cancel, { once: true })
  return {
    reason: () => reason,
    /** In place of the time that was set before. */
    after: (ms: number, why: Reason) => {
      clearTimeout(timer)
      if (!isSettled) timer = setTimeout(() => stop(why), ms)
    },
    settle: () => {
      isSettled = true
      clearTimeout(timer)
      signal?.removeEventListener('abort', cancel)
    },
  }
}
