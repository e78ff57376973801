import type { ActivatedJob } from '../../execution/execution.ts'
import type { Context } from '../operation.ts'

/** Ends the leases of jobs whose worker went away before it got them: others need not wait for the time to pass. */
export async function returnJobs(
  { execution, extendLeases }: Pick<Context, 'execution' | 'extendLeases'>,
  jobs: readonly ActivatedJob[],
): Promise<void> {
  if (jobs.length === 0) return
  const until = execution.now()
  await extendLeases(jobs.map(({ key, worker }) => ({ jobKey: key, worker, until })))
}
