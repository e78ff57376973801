/** Submits a command for something that belongs to a process instance. */
import type { UserTask } from '@braid/contract/user-task.ts'
import { formatKey, type Key } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { Command } from '@braid/core/engine/command.ts'
import { keyOf } from './keys.ts'
import type { Context } from './operation.ts'
import { notFound, type Refusal, refuse, rejected } from './refusal.ts'

type Done = Result<undefined, Refusal>

export async function submit(context: Context, instanceKey: Key, command: Command): Promise<Done> {
  const outcome = await context.execution.submit(instanceKey, command)
  return outcome.ok ? success(undefined) : rejected(outcome.error)
}

/** For jobs, which are found by their instance only while they live. */
export async function submitToJob(
  context: Context,
  jobKeyText: string,
  commandFor: (jobKey: Key) => Command,
): Promise<Done> {
  const jobKey = keyOf('job', jobKeyText)
  if (!jobKey.ok) return jobKey
  const instanceKey = context.jobOwners.find(jobKey.value) ?? (await context.execution.jobOwner(jobKey.value))
  if (instanceKey === undefined) return notFound('job', jobKeyText)
  return submit(context, instanceKey, commandFor(jobKey.value))
}

/** The answer to a job, which its worker is done with then. */
export async function submitForJob(
  context: Context,
  jobKeyText: string,
  commandFor: (jobKey: Key) => Command,
): Promise<Done> {
  const outcome = await submitToJob(context, jobKeyText, commandFor)
  const jobKey = keyOf('job', jobKeyText)
  if (jobKey.ok) {
    context.jobOwners.forget(jobKey.value)
    context.outstandingJobs.answered(jobKey.value)
  }
  return outcome
}

export async function submitForUserTask(
  context: Context,
  userTaskKeyText: string,
  commandFor: (userTaskKey: Key) => Command,
): Promise<Done> {
  const open = await findOpenUserTask(context, userTaskKeyText)
  if (!open.ok) return open
  return submit(context, open.value.instanceKey, commandFor(open.value.userTaskKey))
}

export type OpenUserTask = {
  readonly userTaskKey: Key
  readonly instanceKey: Key
  readonly task: UserTask
}

export async function findOpenUserTask(
  { reads }: Pick<Context, 'reads'>,
  userTaskKeyText: string,
): Promise<Result<OpenUserTask, Refusal>> {
  const userTaskKey = keyOf('user task', userTaskKeyText)
  if (!userTaskKey.ok) return userTaskKey
  const task = await reads.getUserTask(userTaskKey.value)
  if (task === undefined) return notFound('user task', userTaskKeyText)
  if (task.state !== 'CREATED') {
    return refuse('INVALID_STATE', `user task ${formatKey(userTaskKey.value)} is ${task.state}, not CREATED`)
  }
  const instanceKey = keyOf('process instance', task.processInstanceKey)
  if (!instanceKey.ok) return instanceKey
  return success({ userTaskKey: userTaskKey.value, instanceKey: instanceKey.value, task })
}
