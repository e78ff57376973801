/** One run in a pod of its own, from its creation to its removal. */
import { randomUUID } from 'node:crypto'
import type { Language } from '../../languages.ts'
import type { OnOutput, Outcome, RunRequest, Usage } from '../../runner.ts'
import { type Channels, openChannels } from './channels.ts'
import { type Cluster, deletePod, podPath, warningsAbout } from './cluster.ts'
import { createOrAdopt } from './creation.ts'
import { type Ending, endEarly, type Reason } from './ending.ts'
import type { End } from './frames.ts'
import { readLog } from './log.ts'
import { containerName, filesOf, nonceIn, podNameOf, podOf } from './manifest.ts'
import { delayOf, hasEnded, hasStarted, hopelessness, outcomeOfEnd, outcomeOfPod } from './outcome.ts'
import { type TrackedPod, trackPod } from './tracked-pod.ts'

/** The process in the pod ends the script at its deadline; this is for one that can't. */
const deadlineGraceMs = 2_000
/** For a node to end what it was told to; then the pod is taken from it. */
const removalPatienceMs = 20_000

type Run = {
  readonly cluster: Cluster
  readonly name: string
  readonly request: RunRequest
  readonly tracked: TrackedPod
  readonly channels: Channels
  readonly ending: Ending
}

export async function runInPod(
  cluster: Cluster,
  language: Language,
  image: string,
  request: RunRequest,
  onOutput: OnOutput,
): Promise<Outcome> {
  const begin = performance.now()
  const elapsed = (): number => Math.round(performance.now() - begin)
  const failed = (message: string): Outcome => ({
    kind: 'runner-failed',
    message,
    usage: { wallMs: elapsed(), outputBytes: 0 },
  })
  const files = await filesOf(language, request)
  if (!files.ok) return failed(files.error)
  const name = podNameOf(request.id ?? randomUUID())
  const ending = endEarly(request.signal)
  const tracked = trackPod(cluster, name)
  const channels = openChannels({
    outputBytes: request.limits.outputBytes,
    elapsed,
    onOutput,
    onTrouble: (error) => ending.stop({ kind: 'failed', message: messageOf(error) }),
  })
  const run: Run = { cluster, name, request, tracked, channels, ending }
  try {
    const planned = await podOf({ name, image, request, nonce: randomUUID() }, cluster.options)
    const created = await createOrAdopt(cluster, planned, files.value, ending.signal, tracked.begin)
    if (!created.ok) ending.stop({ kind: 'failed', message: created.error })
    const end = created.ok ? await follow(run) : undefined
    const warnings = end === undefined && created.ok ? await warningsAbout(cluster, name) : ''
    await remove(run, end)
    const { outputBytes, result } = await channels.close()
    const usage = end === undefined ? { wallMs: elapsed(), outputBytes } : usageOf(end)
    const outcome = outcomeOf(run, end, usage)
    if (outcome.kind === 'completed' && result !== undefined) return { ...outcome, result }
    if (outcome.kind !== 'runner-failed') return outcome
    const message = [outcome.message, channels.complaint(), warnings].filter((part) => part !== '').join('; ')
    return { ...outcome, message }
  } catch (error) {
    await remove(run, undefined)
    return failed(messageOf(error))
  } finally {
    tracked.stop()
    ending.settle()
  }
}

/** Until the script has ended, or the run is to end early. */
async function follow({ cluster, name, request, tracked, channels, ending }: Run): Promise<End | undefined> {
  const { startPatienceMs } = cluster.options
  ending.stopAfter(startPatienceMs, () => tooLate(startPatienceMs, tracked))
  const is = (test: (pod: NonNullable<ReturnType<typeof tracked.latest>>) => boolean) => (): boolean => {
    const pod = tracked.latest()
    return tracked.isGone() || (pod !== undefined && test(pod))
  }
  await tracked.until(
    is((pod) => hasStarted(pod) || hopelessness(pod) !== undefined),
    ending.signal,
  )
  const pod = tracked.latest()
  if (ending.signal.aborted || pod === undefined) return undefined
  const hopeless = hopelessness(pod)
  if (hopeless !== undefined) {
    ending.stop({ kind: 'failed', message: hopeless })
    return undefined
  }
  const setDeadline = (): void =>
    ending.stopAfter(request.limits.wallMs + deadlineGraceMs, () => ({ kind: 'timed-out' }))
  setDeadline()
  const end = await readLog(cluster.connection, {
    path: podPath(cluster, name),
    container: containerName,
    nonce: nonceIn(pod),
    hasEnded: is(hasEnded),
    take: async (news) => {
      if (news.frame?.kind === 'start') setDeadline()
      await channels.take(news)
    },
    signal: ending.signal,
  })
  if (end === undefined) await tracked.until(is(hasEnded), ending.signal)
  return end
}

function tooLate(patienceMs: number, tracked: TrackedPod): Reason {
  const delay = delayOf(tracked.latest())
  const message = `the script did not start within ${patienceMs / 1_000} s${delay === '' ? '' : `: ${delay}`}`
  return { kind: 'failed', message }
}

/**
 * Resolves when the pod is gone. A node that is told to end it at once forgets it at once, whether it has ended it or not;
 * so it gets a second, which the process in the pod does not use, and what has not ended by itself is waited for.
 */
async function remove({ cluster, tracked }: Run, end: End | undefined): Promise<void> {
  const pod = tracked.latest()
  if (pod === undefined || tracked.isGone()) return
  const patience = AbortSignal.timeout(removalPatienceMs)
  const isOver = (): boolean => tracked.isGone() || hasEnded(tracked.latest() ?? pod)
  if (end === undefined && !isOver()) {
    await deletePod(cluster, pod, 1)
    await tracked.until(isOver, patience)
  }
  if (tracked.isGone()) return
  await deletePod(cluster, pod, 0)
  await tracked.until(tracked.isGone, patience)
}

function outcomeOf({ tracked, ending }: Run, end: End | undefined, usage: Usage): Outcome {
  if (end !== undefined) return outcomeOfEnd(end, usage)
  const reason = ending.reason()
  if (reason === undefined) return outcomeOfPod(tracked.isGone() ? undefined : tracked.latest(), usage)
  if (reason.kind === 'failed') return { kind: 'runner-failed', message: reason.message, usage }
  return { kind: reason.kind, usage }
}

const usageOf = ({ wallMs, cpuMs, peakMemoryBytes, outputBytes }: End): Usage => ({
  wallMs,
  cpuMs,
  peakMemoryBytes,
  outputBytes,
})

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
