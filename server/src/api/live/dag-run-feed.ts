/**
 * A run of a DAG: states of its nodes, and what its tasks say, all of it in order. The cursor is the sequence of the last
 * output that was sent. Nodes are compared with what was sent of them, so that only changed ones travel.
 */
import type { DagRunDetail, TaskOutput } from '@braid/contract/dag-run.ts'
import type { LiveData } from '@braid/contract/live.ts'
import type { Key } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import { runDetail } from '../../operations/dag-run/get.ts'
import { taskOutputOf } from '../../operations/dag-run/search-output.ts'
import type { Context } from '../../operations/operation.ts'
import type { Refusal } from '../../operations/refusal.ts'
import type { Wakeups } from '../wakeups.ts'
import { type Feed, type Page, sharedRead } from './feed.ts'

type RunData = Extract<LiveData, { kind: 'dag-run' }>

/** Output in one frame: what a client has not read yet waits here. */
const pageSize = 500
const pageBytes = 256 * 1024
/** Jobs are taken without a commit of their run, so that it is looked at now and then. */
const lookMs = 1_000
/** What tasks said last is stored a little later than what they did. */
const lingerMs = 1_000

const none = { entries: [], more: false } as const

const endedStates: ReadonlySet<DagRunDetail['state']> = new Set(['SUCCEEDED', 'CANCELED'])

export type DagRunFeeds = (runKey: Key, output: 'all' | 'none') => Feed

export function createDagRunFeeds(context: Context, wakeups: Wakeups): DagRunFeeds {
  const { reads, execution } = context
  const details = sharedRead<Result<DagRunDetail, Refusal>>()
  const outputs = sharedRead<{ readonly entries: readonly TaskOutput[]; readonly more: boolean }>()
  const watchers = createWatchers(execution, wakeups)

  const readDetail = (runKey: Key) => details(String(runKey), () => runDetail(context, String(runKey)))
  const readOutput = (runKey: Key, after: number) =>
    outputs(`${runKey} ${after}`, async () => {
      const limits = { limit: pageSize, maxBytes: pageBytes }
      const { entries, more } = await reads.readOutput({ instanceKey: runKey, after, ...limits })
      const found = entries.length === 0 ? undefined : await reads.getDagRun(runKey)
      if (found === undefined) return none
      return { entries: entries.map((entry) => taskOutputOf(found.model, entry)), more }
    })

  /** Undefined: from the beginning. */
  const resumed = async (runKey: Key, after: string | undefined): Promise<number | undefined> => {
    if (after === undefined || !/^\d{1,15}$/.test(after)) return undefined
    const sequence = Number(after)
    if (sequence === 0) return 0
    const { entries } = await reads.readOutput({ instanceKey: runKey, after: sequence - 1, limit: 1 })
    return entries.length > 0 ? sequence : undefined
  }

  return (runKey, output) => {
    const sent = new Map<string, string>()
    let endSeenAt: number | undefined

    const pageOf = async (run: DagRunDetail, after: number, data: Omit<RunData, 'output'>): Promise<Page> => {
      const { entries, more } = output === 'none' ? none : await readOutput(runKey, after)
      if (endedStates.has(run.state)) endSeenAt ??= performance.now()
      return {
        cursor: String(entries.at(-1)?.sequence ?? after),
        data: { ...data, output: [...entries] },
        more,
        ended: !more && endSeenAt !== undefined && performance.now() - endSeenAt >= lingerMs,
      }
    }

    return {
      subscribe: (wake) => watchers.add(runKey, wake),
      first: async (after) => {
        const run = await readDetail(runKey)
        if (!run.ok) return run
        changedNodes(run.value, sent)
        const from = output === 'none' ? 0 : await resumed(runKey, after)
        const page = await pageOf(run.value, from ?? 0, { kind: 'dag-run', run: run.value })
        return success({ ...page, type: from === undefined || after === undefined ? 'snapshot' : 'changes' })
      },
      next: async (cursor) => {
        const found = await readDetail(runKey)
        if (!found.ok) return undefined
        const run = found.value
        const nodes = changedNodes(run, sent)
        const data = {
          kind: 'dag-run',
          ...changedHead(run, sent),
          ...(nodes.length > 0 && { nodes }),
        } as const
        const page = await pageOf(run, Number(cursor), data)
        const isNew = Object.keys(data).length > 1 || page.cursor !== cursor
        return isNew || page.ended ? page : undefined
      },
    }
  }
}

const headName = ':run'

/** What changed of the run itself. */
function changedHead(run: DagRunDetail, sent: Map<string, string>): Partial<RunData> {
  const { state, progress, startedAt, endedAt, output } = run
  const text = JSON.stringify({ state, progress, startedAt, endedAt })
  if (sent.get(headName) === text) return {}
  sent.set(headName, text)
  return {
    ...{ state, progress },
    ...(endedAt === undefined ? {} : { endedAt }),
    // What it gave comes with its end.
    ...(endedStates.has(state) && output !== undefined ? { run } : {}),
  }
}

/** Nodes that differ from what was sent, which is noted. */
function changedNodes(run: DagRunDetail, sent: Map<string, string>): DagRunDetail['nodes'] {
  if (!sent.has(headName)) changedHead(run, sent)
  return run.nodes.filter((node) => {
    const text = JSON.stringify(node)
    if (sent.get(node.nodeId) === text) return false
    sent.set(node.nodeId, text)
    return true
  })
}

/** Who watches which run: woken by its commits and output, and now and then. */
function createWatchers(execution: Context['execution'], wakeups: Wakeups) {
  const watched = new Map<Key, { readonly wakes: Set<() => void>; readonly stop: () => void }>()
  execution.onOutput((head) => {
    if (head === undefined) for (const { wakes } of watched.values()) for (const wake of wakes) wake()
    else for (const wake of watched.get(head.instanceKey)?.wakes ?? []) wake()
  })
  const open = (runKey: Key) => {
    const wakes = new Set<() => void>()
    const wakeAll = (): void => {
      for (const wake of wakes) wake()
    }
    const unsubscribe = wakeups.subscribe(runKey, wakeAll)
    const timer = setInterval(wakeAll, lookMs)
    const stop = (): void => {
      unsubscribe()
      clearInterval(timer)
    }
    return { wakes, stop }
  }
  return {
    add: (runKey: Key, wake: () => void): (() => void) => {
      const run = watched.get(runKey) ?? open(runKey)
      watched.set(runKey, run)
      run.wakes.add(wake)
      return () => {
        run.wakes.delete(wake)
        if (run.wakes.size > 0) return
        run.stop()
        watched.delete(runKey)
      }
    },
  }
}
