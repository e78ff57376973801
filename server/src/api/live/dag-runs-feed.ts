/** The newest runs of DAGs: read at most once a second for all who watch the same list, and compared with what was sent. */
import type { DagRun } from '@braid/contract/dag-run.ts'
import { success } from '@braid/core/base/result.ts'
import type { Context } from '../../operations/operation.ts'
import type { Feed, Page } from './feed.ts'

const runsShown = 50
const readMs = 1_000
/** Runs that wait in line come and go without a commit of theirs. */
const idleReads = 5

type List = {
  readonly wakes: Set<() => void>
  /** Of now, or of a second ago. */
  latest(): Promise<readonly DagRun[]>
  close(): void
}

export type DagRunsFeeds = (dagId: string | undefined) => Feed

export function createDagRunsFeeds({
  reads,
  execution,
  log,
}: Pick<Context, 'reads' | 'execution' | 'log'>): DagRunsFeeds {
  const lists = new Map<string, List>()
  let commits = 0
  execution.onCommit(() => {
    commits += 1
  })

  const read = async (dagId: string | undefined): Promise<readonly DagRun[]> => {
    const { items } = await reads.search.dagRuns({
      ...(dagId === undefined ? {} : { filter: { dagId } }),
      sort: [{ field: 'createdAt', order: 'desc' }],
      page: { limit: runsShown },
    })
    return items
  }

  const open = (dagId: string | undefined): List => {
    const wakes = new Set<() => void>()
    let latest = read(dagId)
    let seen = commits
    let idle = 0
    let reading = false
    const look = async (): Promise<void> => {
      idle += 1
      if (reading || (seen === commits && idle < idleReads)) return
      seen = commits
      idle = 0
      reading = true
      try {
        const runs = await read(dagId)
        latest = Promise.resolve(runs)
        for (const wake of wakes) wake()
      } finally {
        reading = false
      }
    }
    const timer = setInterval(() => {
      look().catch((error: unknown) => log.warn({ err: error }, 'a list of runs could not be read'))
    }, readMs)
    latest.catch(() => undefined)
    return { wakes, latest: () => latest, close: () => clearInterval(timer) }
  }

  const listOf = (dagId: string | undefined): List => {
    // No id is empty.
    const name = dagId ?? ''
    const list = lists.get(name) ?? open(dagId)
    lists.set(name, list)
    return list
  }

  return (dagId) => {
    const sent = new Map<string, string>()
    const pageOf = (runs: readonly DagRun[]): Page => {
      const changed = runs.filter((run) => {
        const text = JSON.stringify(run)
        if (sent.get(run.dagRunKey) === text) return false
        sent.set(run.dagRunKey, text)
        return true
      })
      const shown = new Set(runs.map(({ dagRunKey }) => dagRunKey))
      for (const key of sent.keys()) if (!shown.has(key)) sent.delete(key)
      return { cursor: '0', data: { kind: 'dag-runs', runs: changed }, more: false, ended: false }
    }
    return {
      subscribe: (wake) => {
        const list = listOf(dagId)
        list.wakes.add(wake)
        return () => {
          list.wakes.delete(wake)
          if (list.wakes.size > 0) return
          list.close()
          if (lists.get(dagId ?? '') === list) lists.delete(dagId ?? '')
        }
      },
      first: async () => success({ ...pageOf(await listOf(dagId).latest()), type: 'snapshot' }),
      next: async () => {
        const page = pageOf(await listOf(dagId).latest())
        return page.data.kind === 'dag-runs' && page.data.runs.length > 0 ? page : undefined
      },
    }
  }
}
