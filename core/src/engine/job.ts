/** A job: work for somebody outside, with retries. */
import { failure, type Result, success } from '../base/result.ts'
import type { Expression, JobSpec } from '../model/program.ts'
import type { ElementInstance } from './state.ts'
import { emit, type Problem, type Transition } from './transition.ts'
import { evaluate, evaluateText } from './variables.ts'
import type { JobCreated } from './wait-event.ts'

/** As far as its column goes. */
const maxPriority = 2 ** 31 - 1

function evaluatePriority(
  tx: Transition,
  expression: Expression,
  instance: ElementInstance,
): Result<number, Problem> {
  const result = evaluate(tx, expression, instance.key)
  if (!result.ok) return result
  const { value } = result
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= maxPriority)
    return success(value)
  const message = `job priority: expected a whole number from ${-maxPriority} to ${maxPriority}, but it was ${JSON.stringify(value)?.slice(0, 100)}`
  return failure({ type: 'EXTRACT_VALUE_ERROR', message })
}

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
  const priority = job.priority === undefined ? success(0) : evaluatePriority(tx, job.priority, instance)
  if (!priority.ok) return priority.error
  const created = {
    type: 'job-created',
    key: tx.keys.next(),
    elementInstanceKey: instance.key,
    element: instance.element,
    jobType: jobType.value,
    retries: count,
  } as const
  const special = priority.value === 0 ? role : { ...role, priority: priority.value }
  emit(tx, special === undefined ? created : { ...created, ...special })
  return undefined
}
