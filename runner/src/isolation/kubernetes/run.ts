/** One run in a pod of its own, from its creation to its removal. */
import { randomUUID } from 'node:crypto'
import type { V1Pod } from '@kubernetes/client-node'
import type { Language } from '../../languages.ts'
import type { OnOutput, Outcome, RunRequest, Usage } from '../../runner.ts'
import { type Channels, openChannels } from './channels.ts'
import { type Cluster, deletePod, endProcesses, podPath, warningsAbout } from './cluster.ts'
import { paused } from './connection.ts'
import { createOrAdopt } from './creation.ts'
import { type Ending, endEarly, type Reason } from './ending.ts'
import type { End } from './frames.ts'
import { readLog } from './log.ts'
import { containerName, filesOf, nonceIn, podNameOf, podOf } from './manifest.ts'
import {
  delayOf,
  hasEnded,
  hasStarted,
  hopelessness,
  isAbsence,
  outcomeOfEnd,
  outcomeOfPod,
} from './outcome.ts'
import { type TrackedPod, trackPod } from './tracked-pod.ts'

/** The process in the pod ends the script at its deadline; this is for one that can't. */
const deadlineGraceMs = 2_000
/** For a node to end what it was told to; then the pod is taken from it. */
const removalPatienceMs = 20_000
/** A container that its node was about to start is there by then, and no other will be. */
const absencePatienceMs = 500
const askAgainMs = 100
/** For the last lines of the log, once all is over. */
const lastLinesMs = 200

type Run = {
  readonly cluster: Cluster
  readonly name: string
  readonly request: RunRequest
  readonly tracked: TrackedPod
  readonly channels: Channels
  readonly ending: Ending
  /** Has the pod's processes ended; resolves when they have, or the node does not answer. Asking twice is asking once. */
  readonly order: () => Promise<void>
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
  const run: Run = { cluster, name, request, tracked, channels, ending, order: orderTo(cluster, tracked) }
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

/** Until the script has ended, or its pod that was to end early. */
async function follow(run: Run): Promise<End | undefined> {
  const { cluster, name, request, tracked, channels, ending, order } = run
  const pod = await started(run)
  if (pod === undefined) return undefined
  const setDeadline = (): void =>
    ending.stopAfter(request.limits.wallMs + deadlineGraceMs, () => ({ kind: 'timed-out' }))
  setDeadline()
  // The process in the pod tells its end at once, its node up to a second later; whoever does first.
  const over = new AbortController()
  const endNow = (): void =>
    void order().then(async () => {
      await paused(lastLinesMs)
      over.abort()
    })
  ending.signal.addEventListener('abort', endNow, { once: true })
  if (ending.signal.aborted) endNow()
  const hasEndedNow = latestIs(tracked, hasEnded)
  const end = await readLog(cluster.connection, {
    path: podPath(cluster, name),
    container: containerName,
    nonce: nonceIn(pod),
    hasEnded: hasEndedNow,
    take: async (news) => {
      if (news.frame?.kind === 'start') setDeadline()
      await channels.take(news)
    },
    signal: over.signal,
  })
  // Whose order it was, if not this one's, the pod tells.
  if (end === undefined || end.endedBy === 'order') await tracked.until(hasEndedNow, ending.signal)
  return end
}

/** The pod whose script has started; undefined: it can't, or is not to any more. */
async function started({ cluster, tracked, ending }: Run): Promise<V1Pod | undefined> {
  const { startPatienceMs } = cluster.options
  ending.stopAfter(startPatienceMs, () => tooLate(startPatienceMs, tracked))
  await tracked.until(
    latestIs(tracked, (pod) => hasStarted(pod) || hopelessness(pod) !== undefined),
    ending.signal,
  )
  const pod = tracked.latest()
  if (ending.signal.aborted || pod === undefined) return undefined
  const hopeless = hopelessness(pod)
  if (hopeless === undefined) return pod
  ending.stop({ kind: 'failed', message: hopeless })
  return undefined
}

/** Also when the pod is gone. */
const latestIs = (tracked: TrackedPod, test: (pod: V1Pod) => boolean) => (): boolean => {
  const pod = tracked.latest()
  return tracked.isGone() || (pod !== undefined && test(pod))
}

function tooLate(patienceMs: number, tracked: TrackedPod): Reason {
  const delay = delayOf(tracked.latest())
  const message = `the script did not start within ${patienceMs / 1_000} s${delay === '' ? '' : `: ${delay}`}`
  return { kind: 'failed', message }
}

/**
 * A node that is told to end a pod at once forgets it at once, whether it has ended it or not; so it gets a second, which
 * the process in the pod does not use. It may do so later, for it looks after a pod that it has just started only when it
 * has seen it run; so the process is told, too.
 */
function orderTo(cluster: Cluster, tracked: TrackedPod): () => Promise<void> {
  const order = async (): Promise<void> => {
    const pod = tracked.latest()
    const isOver = latestIs(tracked, hasEnded)
    if (pod === undefined || isOver()) return
    await deletePod(cluster, pod, 1)
    const settled = new AbortController()
    const signal = AbortSignal.any([settled.signal, AbortSignal.timeout(removalPatienceMs)])
    await Promise.race([tracked.until(isOver, signal), endedInside(cluster, pod, signal)])
    settled.abort()
  }
  let ordered: Promise<void> | undefined
  return () => {
    ordered ??= order()
    return ordered
  }
}

/** Resolves when no process is left in a pod that starts none any more; never, when that can't be known. */
async function endedInside(cluster: Cluster, pod: V1Pod, signal: AbortSignal): Promise<void> {
  const begin = performance.now()
  for (;;) {
    const told = await endProcesses(cluster, pod, signal)
    if (told.ok) return
    if (!isAbsence(told.error)) return await new Promise(() => undefined)
    if (performance.now() - begin > absencePatienceMs) return
    await paused(askAgainMs, signal)
  }
}

/** Resolves when the pod is gone. */
async function remove({ cluster, tracked, order }: Run, end: End | undefined): Promise<void> {
  if (end === undefined) await order()
  const pod = tracked.latest()
  if (pod === undefined || tracked.isGone()) return
  await deletePod(cluster, pod, 0)
  await tracked.until(tracked.isGone, AbortSignal.timeout(removalPatienceMs))
}

function outcomeOf({ tracked, ending }: Run, end: End | undefined, usage: Usage): Outcome {
  if (end !== undefined && end.endedBy !== 'order') return outcomeOfEnd(end, usage)
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
