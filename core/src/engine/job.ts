/** A job: work for somebody outside, with retries. */
import type { JobSpec } from '../model/program.ts'
import type { ElementInstance } from './state.ts'
import { emit, type Problem, type Transition } from './transition.ts'
import { evaluate, evaluateText } from './variables.ts'
import type { JobCreated } from './wait-event.ts'

export function createJob(
  tx: Transition,
  instance: ElementInstance,
  job: JobSpec,
  role?: Pick<JobCreated, 'listener' | 'items'>,
): Problem | undefined {
  const jobType = evaluateText(tx, job.type, instance.key, 'job type')
  if (!jobType.ok) return jobType.error
  const retries = evaluate(tx, job.retries, instance.key)
  if (!retries.ok) return retries.error
  const count = typeof retries.value === 'string' ? Number(retries.value) : retries.value
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1) {
    const message = `job retries: expected a whole number of at least 1, but it was ${JSON.stringify(retries.value)}`
    return { type: 'EXTRACT_VALUE_ERROR', message }
  }
  const created = {
    type: 'job-created',
    key: tx.keys.next(),
    elementInstanceKey: instance.key,
    element: instance.element,
    jobType: jobType.value,
    retries: count,
  } as const
  emit(tx, role === undefined ? created : { ...created, ...role })
  return undefined
}
