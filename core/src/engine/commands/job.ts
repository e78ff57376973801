/** What workers report. */

import type { JsonObject } from '../../base/json.ts'
import type { Key } from '../../base/key.ts'
import { jobSpecOf } from '../../model/work.ts'
import type {
  CompleteJob,
  FailJob,
  PublishJobs,
  Rejection,
  ThrowJobError,
  UpdateJobRetries,
} from '../command.ts'
import { isCaught, type Thrown, throwOrPassOn } from '../error.ts'
import { raiseIncident, resolveIncidentsOf } from '../incident.ts'
import { completeElement, goOnAfterListener } from '../lifecycle.ts'
import { offersOf } from '../offers.ts'
import type { ElementInstance, JobWait } from '../state.ts'
import { behaviorOf, emit, nodeOfInstance, type Transition } from '../transition.ts'
import { goOnAfterTaskListener } from '../user-task-change.ts'
import { setLocal } from '../variables.ts'
import { findWait } from '../waits.ts'

export const unknownJob = (key: Key): Rejection => ({
  kind: 'not-found',
  message: `no job ${key}: it was completed or canceled, or never existed`,
})

export function completeJob(tx: Transition, command: CompleteJob): Rejection | undefined {
  const job = findWait(tx, command.jobKey, ['job'])
  if (job === undefined) return unknownJob(command.jobKey)
  emit(tx, { type: 'job-completed', key: command.jobKey })
  resolveIncidentsOf(tx, job.owner.key, command.jobKey)
  const { listener } = job.wait
  if (listener === undefined) completeWork(tx, job.owner, command.variables)
  else if (listener.on === 'start' || listener.on === 'end')
    goOnAfterListener(tx, job.owner, listener, command.variables)
  else goOnAfterTaskListener(tx, job.owner, listener, command.verdict ?? {})
  return undefined
}

function completeWork(tx: Transition, owner: ElementInstance, results: JsonObject): void {
  const node = nodeOfInstance(tx, owner)
  const { jobCompletes } = behaviorOf(tx, node)
  if (jobCompletes === undefined) completeElement(tx, owner, results)
  else jobCompletes(tx, owner, node, results)
}

export function failJob(tx: Transition, command: FailJob): Rejection | undefined {
  const job = findWait(tx, command.jobKey, ['job'])
  if (job === undefined) return unknownJob(command.jobKey)
  if (job.wait.retries === 0)
    return { kind: 'conflict', message: `job ${command.jobKey} has no retries left already` }
  const retries = Math.max(0, command.retries)
  const { message } = command
  setLocal(tx, job.owner.key, command.variables)
  if (command.incident !== undefined) {
    emit(tx, { type: 'job-canceled', key: command.jobKey })
    raiseIncident(tx, job.owner, 'activate', { type: command.incident, message })
    return undefined
  }
  emit(tx, {
    type: 'job-failed',
    key: command.jobKey,
    retries,
    retryAt: tx.now + command.retryBackOffMs,
    message,
  })
  if (retries > 0 || throwFailure(tx, job.owner, job.wait, command)) return undefined
  raiseIncident(
    tx,
    job.owner,
    'job',
    { type: 'JOB_NO_RETRIES', message: message || 'the worker gave no reason' },
    { jobKey: command.jobKey },
  )
  return undefined
}

/** The error that the failure of a job throws by its definition. False when it throws none, or nobody means to catch it. */
function throwFailure(
  tx: Transition,
  owner: ElementInstance,
  wait: JobWait,
  { message, variables: results }: FailJob,
): boolean {
  const code = jobSpecOf(nodeOfInstance(tx, owner).def, wait)?.failureCode
  if (code === undefined) return false
  const variables = { failure: { code, message }, ...results }
  const thrown: Thrown = { kind: 'error', code, message, variables, meant: true }
  const catches = tx.state.parent?.catches
  const caught = isCaught(tx, owner, thrown) || (Array.isArray(catches) && catches.includes(code))
  if (!caught) return false
  emit(tx, { type: 'job-error-thrown', key: wait.key, code, message })
  return throwOrPassOn(tx, owner, thrown)
}

export function throwJobError(tx: Transition, command: ThrowJobError): Rejection | undefined {
  const job = findWait(tx, command.jobKey, ['job'])
  if (job === undefined) return unknownJob(command.jobKey)
  const { code, message, variables } = command
  emit(tx, { type: 'job-error-thrown', key: command.jobKey, code, message })
  resolveIncidentsOf(tx, job.owner.key, command.jobKey)
  if (throwOrPassOn(tx, job.owner, { kind: 'error', code, message, variables })) return undefined
  const about = message === '' ? '' : ` ("${message}")`
  raiseIncident(tx, job.owner, 'activate', {
    type: 'UNHANDLED_ERROR_EVENT',
    message: `expected somebody to catch error '${code}'${about} thrown by the worker of '${job.owner.element}'`,
  })
  return undefined
}

export function updateJobRetries(tx: Transition, command: UpdateJobRetries): Rejection | undefined {
  const { jobKey, retries } = command
  if (findWait(tx, jobKey, ['job']) === undefined) return unknownJob(jobKey)
  if (retries < 1) return { kind: 'invalid', message: `retries: expected at least 1, but it was ${retries}` }
  emit(tx, { type: 'job-retries-updated', key: jobKey, retries })
  return undefined
}

/** Also says so when there are none: then nobody has to look again. */
export function publishJobs(tx: Transition, command: PublishJobs): Rejection | undefined {
  const wanted = command.jobKeys === undefined ? undefined : new Set(command.jobKeys)
  const jobs = offersOf(tx.state).jobs.filter(({ key }) => wanted === undefined || wanted.has(key))
  if (jobs.length === 0)
    return { kind: 'not-found', message: `no such job in process instance ${tx.state.key}` }
  emit(tx, { type: 'jobs-published', jobs })
  return undefined
}
