/** Attempts at a task: what the log says of its jobs, with who took them. */
import type { TaskAttempt } from '@braid/contract/dag-run.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from '../database.ts'
import type { RunView } from './dag-tasks.ts'
import { isoTime } from './row.ts'
import type { JobRecord, NodeRecord } from './run-fold.ts'

export type AttemptRow = {
  readonly job_key: number
  readonly attempt: number
  readonly worker: string
  readonly started_at: number | null
}

export const getAttempts = (database: Database, runKey: Key, taskKey: Key): Promise<readonly AttemptRow[]> =>
  database.run<AttemptRow>({
    text: `
      select job_key, attempt, worker, started_at from task_attempt
      where instance_key = $1 and task_key = $2
      order by job_key, attempt`,
    values: [runKey, taskKey],
  })

/** A node that did a job from memory leaves no trace of which one it was. */
const unknownNode = 'node'

type Started = { readonly worker: string; readonly at: number }

/** When somebody took the job, in order. Of what was done without a row only its end is known. */
function startsOf(view: RunView, job: JobRecord, rows: readonly AttemptRow[]): readonly Started[] {
  const known = rows
    .filter(({ job_key }) => job_key === job.key)
    .map(({ worker, started_at, attempt }) => ({ worker, at: started_at ?? job.createdAt, attempt }))
  if (known.some(({ attempt }) => attempt === 1)) return known
  const row = view.jobs.get(job.key)
  const wasHeld = row === undefined ? job.living || job.endings.some(endsWork) : row.attempt > known.length
  if (!wasHeld) return known
  const worker =
    job.living && row === undefined && view.holder !== undefined ? `node:${view.holder}` : unknownNode
  return [{ worker, at: job.createdAt }, ...known]
}

const endsWork = ({ outcome }: JobRecord['endings'][number]): boolean => outcome !== 'canceled'

export function attemptsOf(
  view: RunView,
  { jobs }: NodeRecord,
  rows: readonly AttemptRow[],
): readonly TaskAttempt[] {
  const attempts = jobs.flatMap((job) => {
    const starts = startsOf(view, job, rows)
    const endings = [...job.endings]
    return starts.map(({ worker, at }, index) => {
      const next = starts[index + 1]?.at ?? Number.POSITIVE_INFINITY
      // Endings are in order: the first one before the next start is this attempt's.
      const ending = endings[0] !== undefined && endings[0].at <= next ? endings.shift() : undefined
      const started = { worker, startedAt: isoTime(at) }
      if (ending === undefined)
        return { ...started, ...openOutcome(view, job, index === starts.length - 1, next) }
      const { outcome, error } = ending
      return { ...started, endedAt: isoTime(ending.at), outcome, error }
    })
  })
  return attempts.map((attempt, index) => ({ attempt: index + 1, ...attempt }))
}

/** Nobody said how it ended: it goes on, or whoever had it fell silent. */
function openOutcome(
  view: RunView,
  job: JobRecord,
  isLast: boolean,
  next: number,
): Pick<TaskAttempt, 'outcome' | 'endedAt'> {
  const row = view.jobs.get(job.key)
  const goesOn = row === undefined || (row.worker !== null && row.available_at > view.now)
  if (isLast && goesOn) return { outcome: 'running' }
  const endedAt = isLast ? row?.available_at : next
  return { outcome: 'lost', ...(endedAt === undefined ? {} : { endedAt: isoTime(endedAt) }) }
}
