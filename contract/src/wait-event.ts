/** Events about what element instances wait for. See `event.ts`. */

import { z } from 'zod'
import {
  action,
  createdJob,
  element,
  elementInstanceKey,
  event,
  job,
  message,
  part,
  retries,
  subscription,
  timer,
  userTaskFields,
  variables,
} from './event-fields.ts'
import { dateTime, jsonObject, key } from './schema.ts'

const jobKey = key.describe('Of the job.')
export const jobEvents = [
  event('job-created', 'A job waits for a worker.', createdJob),
  event('job-completed', 'A worker completed the job.', { key: jobKey }),
  event('job-failed', 'A worker failed the job.', {
    key: jobKey,
    retries,
    retryAt: dateTime.describe('The job is not offered again before.'),
    message,
  }),
  event('job-error-thrown', 'A worker threw a BPMN error; what catches it follows.', {
    key: jobKey,
    code: z.string().describe('Of the error.'),
    message,
  }),
  event('job-retries-updated', 'Somebody gave the job other retries.', { key: jobKey, retries }),
  event('job-canceled', 'The job is gone with the element instance that waited for it.', { key: jobKey }),
  event('jobs-published', 'Jobs that only one node knew were stored for all nodes; nothing else changed.', {
    jobs: z.array(z.object(job)).describe('As in `job-created`.'),
  }),
] as const

const userTaskKey = key.describe('Of the user task.')
export const userTaskEvents = [
  event('user-task-created', 'A task waits for a person.', {
    key: userTaskKey,
    elementInstanceKey,
    element,
    name: z.string().optional().describe('As drawn.'),
    formId: z.string().optional().describe('Id of its form.'),
    externalFormReference: z.string().optional().describe('Names a form of another system.'),
    ...userTaskFields,
  }),
  event('user-task-updated', 'A user task was assigned or changed; only changed fields are listed.', {
    key: userTaskKey,
    action,
    ...userTaskFields,
  }),
  event('user-task-change-pending', 'Listeners of the task are asked about a change before it is made.', {
    key: userTaskKey,
    on: z.enum(['assigning', 'updating', 'completing']).describe('What is to be done.'),
    action,
    changes: z.object(userTaskFields).describe('Fields to change.'),
    variables: jsonObject.optional().describe('Of a completion.'),
  }),
  event('user-task-change-denied', 'A listener refused the change: the task stays as it was.', {
    key: userTaskKey,
    reason: z.string().describe('For people.'),
  }),
  event('user-task-completed', 'A person completed the task.', { key: userTaskKey, action }),
  event('user-task-canceled', 'The task is gone with the element instance that waited for it.', {
    key: userTaskKey,
  }),
] as const

const timerKey = key.describe('Of the timer.')
export const timerEvents = [
  event('timer-armed', 'A timer waits for its time.', {
    ...timer,
    repetitions: z.number().optional().describe('Firings after this one; -1: without bound.'),
    cycle: z.string().optional().describe('ISO 8601 interval or cron text of the firings after this one.'),
    part,
  }),
  event('timer-fired', 'The time of a timer came.', { key: timerKey }),
  event('timer-canceled', 'A timer is not needed any more.', { key: timerKey }),
] as const

const subscriptionKey = key.describe('Of the subscription.')
export const messageEvents = [
  event('subscription-opened', 'An element waits for a message or signal.', {
    ...subscription,
    part,
  }),
  event('subscription-closed', 'Nobody waits any more.', { key: subscriptionKey }),
  event('subscription-triggered', 'A message or signal arrived; the subscription may stay open.', {
    key: subscriptionKey,
    source: key.describe('The message or signal.'),
  }),
  event('message-published', 'A throw event published a message.', {
    key: key.describe('Of the message.'),
    name: z.string().describe('Of the message.'),
    correlationKey: z.string().describe('Whom it is for.'),
    messageId: z
      .string()
      .optional()
      .describe('No second message with this id is accepted while this one lives.'),
    timeToLiveMs: z.number().describe('Milliseconds for which it waits for a receiver.'),
    variables,
  }),
  event('signal-broadcast', 'A throw event sent a signal to all who wait for it.', {
    key: key.describe('Of the signal.'),
    name: z.string().describe('Of the signal.'),
    variables,
  }),
] as const

const waitKey = key.describe('Of the wait.')
export const waitEvents = [
  event('condition-awaited', 'An element waits for a condition over variables to become true.', {
    key: waitKey,
    elementInstanceKey,
    element: z.string().describe('Id of the event that waits.'),
    part,
  }),
  event('condition-changed', 'A condition became true, or ceased to be.', {
    key: waitKey,
    met: z.boolean().describe('Whether it holds.'),
  }),
  event('condition-dropped', 'Nobody waits for the condition any more.', { key: waitKey }),
  event('trigger-matched', 'One of several triggers occurred that an event needs together.', {
    elementInstanceKey,
    element: z.string().describe('Id of the event.'),
    variables,
    last: z.literal(true).optional().describe('It was the last: the event occurs.'),
  }),
  event('activation-awaited', 'An ad-hoc sub-process can be told which elements to activate.', {
    key: waitKey,
    elementInstanceKey,
  }),
  event('activation-dropped', 'The ad-hoc sub-process activates nothing any more.', { key: waitKey }),
] as const
