import type { jobReport } from '@braid/contract/dag-run.ts'
import { parseKey } from '@braid/core/base/key.ts'
import { success } from '@braid/core/base/result.ts'
import type { z } from 'zod'
import type { OutputEntry } from '../../store/task-output-port.ts'
import { operation } from '../operation.ts'

type Entry = z.output<typeof jobReport>['entries'][number]

const entryOf = (entry: Entry): OutputEntry => {
  if (entry.kind !== 'progress') return entry
  const { kind, progress, message } = entry
  return message === undefined ? { kind, progress } : { kind, progress, message }
}

/** Says nothing of what was reported: it is stored within a tick, as far as there is room. */
export const reportJobs = operation({
  id: 'reportJobs',
  run: async ({ execution, touchJobs }, { body: { worker, reports } }) => {
    const now = execution.now()
    const jobs = reports.flatMap(({ jobKey: text, timeout }) => {
      const jobKey = parseKey(text)
      if (jobKey === undefined) return []
      return [timeout === undefined ? { jobKey } : { jobKey, until: now + timeout }]
    })
    const touched = new Map((await touchJobs(jobs, worker)).map((job) => [String(job.jobKey), job]))
    const gone = new Set<string>()
    for (const { jobKey, entries } of reports) {
      const job = touched.get(jobKey)
      if (job === undefined) gone.add(jobKey)
      else {
        const { instanceKey, taskKey, element, attempt } = job
        execution.reportFor({ instanceKey, taskKey, element, attempt }, entries.map(entryOf))
      }
    }
    return success({ gone: [...gone] })
  },
})
