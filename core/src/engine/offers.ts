/** What of an instance others can take, fire or meet, as rows. */
import type { InstanceResumed } from './event.ts'
import { type JobRow, placeOf } from './rows.ts'
import type { ElementInstance, InstanceState, JobWait } from './state.ts'

/** The row of a job that waits. */
export function jobRow(owner: ElementInstance, wait: JobWait): JobRow {
  const { key, jobType, retries, listener, items, priority } = wait
  const row = { key, elementInstanceKey: owner.key, element: owner.element, jobType, retries }
  return {
    ...row,
    ...placeOf(listener),
    ...(items === undefined ? {} : { items }),
    ...(priority === undefined ? {} : { priority }),
  }
}

export function offersOf(state: InstanceState): Pick<InstanceResumed, 'jobs' | 'timers' | 'subscriptions'> {
  const jobs: InstanceResumed['jobs'][number][] = []
  const timers: InstanceResumed['timers'][number][] = []
  const subscriptions: InstanceResumed['subscriptions'][number][] = []
  for (const owner of state.elements.values()) {
    const { key: elementInstanceKey } = owner
    for (const wait of owner.waits) {
      if (wait.kind === 'job') jobs.push(jobRow(owner, wait))
      else if (wait.kind === 'timer') {
        timers.push({ key: wait.key, elementInstanceKey, element: wait.element, due: wait.due })
      } else if (wait.kind === 'message' || wait.kind === 'signal') {
        const { part: _, ...subscription } = wait
        subscriptions.push({ elementInstanceKey, ...subscription })
      }
    }
  }
  return { jobs, timers, subscriptions }
}
