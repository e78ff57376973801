/** Fields that several events have. */
import { z } from 'zod'
import { dateTime, jsonObject, key } from './schema.ts'

export const event = <const T extends string, S extends z.core.$ZodLooseShape>(
  type: T,
  what: string,
  shape: S,
) => z.object({ type: z.literal(type), ...shape }).describe(what)

export const element = z.string().describe('Id of the element in the file.')
export const flow = z.string().describe('Id of the sequence flow in the file.')
export const elementInstanceKey = key.describe('The element instance that it belongs to.')
export const childKey = key.describe('The called process instance.')
export const variables = jsonObject.describe('Values by name.')
export const message = z.string().describe('The reason, for people.')
export const retries = z.number().describe('Attempts that are left.')
export const action = z
  .string()
  .describe('What the caller named it; `assign`, `complete` … unless said otherwise.')
export const part = z.int().optional().describe('Which trigger of a multiple event, counted from 0.')
export const userTaskFields = {
  assignee: z.string().nullable().optional().describe('Whom it is given to; null: nobody.'),
  candidateUsers: z.array(z.string()).optional().describe('Who may claim it.'),
  candidateGroups: z.array(z.string()).optional().describe('Groups whose members may claim it.'),
  dueDate: z.string().nullable().optional().describe('ISO 8601; null: none.'),
  followUpDate: z.string().nullable().optional().describe('ISO 8601; null: none.'),
  priority: z.number().optional().describe('0 to 100.'),
}
const listenerPlace = {
  on: z
    .enum(['start', 'end', 'creating', 'assigning', 'updating', 'completing'])
    .describe('The moment that the listener is for.'),
  index: z.int().describe('Which of the listeners for that moment, counted from 0.'),
}
const isListeners = "Absent: the job is the element's own, not that of a listener."
export const listener = z
  .object({
    ...listenerPlace,
    corrections: z
      .object(userTaskFields)
      .optional()
      .describe('What earlier listeners for the creation of a user task corrected.'),
    payload: jsonObject.optional().describe('What the event carried that the element will handle.'),
  })
  .optional()
  .describe(isListeners)

const newJob = {
  key: key.describe('Of the job.'),
  elementInstanceKey,
  element,
  jobType: z.string().describe('Workers ask for jobs by it.'),
  retries,
}
const items = z.literal(true).optional().describe('It gives a loop its items.')
const priority = z.int().optional().describe('Jobs of higher priority go first; absent: 0.')
export const createdJob = { ...newJob, listener, items, priority }
export const job = {
  ...newJob,
  listener: z.object(listenerPlace).optional().describe(isListeners),
  items,
  priority,
}

/** What an instance waits for: named in other events too. */
export const timer = {
  key: key.describe('Of the timer.'),
  elementInstanceKey,
  element: z.string().describe('Id of the event that fires.'),
  due: dateTime.describe('When it fires.'),
}
export const subscription = {
  key: key.describe('Of the subscription.'),
  kind: z.enum(['message', 'signal']).describe('What it waits for.'),
  elementInstanceKey,
  element: z.string().describe('Id of the event or task that waits.'),
  name: z.string().describe('Of the message or signal.'),
  correlationKey: z.string().optional().describe('Which message it takes; absent for signals.'),
}
