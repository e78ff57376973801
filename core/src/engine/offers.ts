/** What of an instance others can take, fire or meet, as rows. */
import type { InstanceResumed } from './event.ts'
import { placeOf } from './rows.ts'
import type { InstanceState } from './state.ts'

export function offersOf(state: InstanceState): Pick<InstanceResumed, 'jobs' | 'timers' | 'subscriptions'> {
  const jobs: InstanceResumed['jobs'][number][] = []
  const timers: InstanceResumed['timers'][number][] = []
  const subscriptions: InstanceResumed['subscriptions'][number][] = []
  for (const { key: elementInstanceKey, element, waits } of state.elements.values()) {
    for (const wait of waits) {
      if (wait.kind === 'job') {
        const { key, jobType, retries, listener, items } = wait
        const job = { key, elementInstanceKey, element, jobType, retries, ...placeOf(listener) }
        jobs.push(items === undefined ? job : { ...job, items })
      } else if (wait.kind === 'timer') {
        timers.push({ key: wait.key, elementInstanceKey, element: wait.element, due: wait.due })
      } else if (wait.kind === 'message' || wait.kind === 'signal') {
        const { part: _, ...subscription } = wait
        subscriptions.push({ elementInstanceKey, ...subscription })
      }
    }
  }
  return { jobs, timers, subscriptions }
}
