/** Assignee, candidates, dates and priority of a user task, from the expressions of the model. */
import type { JsonValue } from '../base/json.ts'
import type { Key } from '../base/key.ts'
import { failure, type Result, success } from '../base/result.ts'
import type { Expression, UserTaskSpec } from '../model/program.ts'
import type { Problem, Transition } from './transition.ts'
import { evaluate } from './variables.ts'
import type { UserTaskFields } from './wait-event.ts'

export const asText = (value: JsonValue): string | undefined =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : undefined

/** A list of texts, or one text with commas. */
function asNames(value: JsonValue): readonly string[] | undefined {
  if (typeof value === 'string')
    return value
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '')
  if (!Array.isArray(value)) return undefined
  const names = (value as readonly JsonValue[]).map(asText)
  return names.every((name) => name !== undefined) ? names : undefined
}

const asDate = (value: JsonValue): string | undefined =>
  typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined

/** 0–100, as in Camunda 8; 50 is the default. */
const asPriority = (value: JsonValue): number | undefined => {
  const number = typeof value === 'string' ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 100
    ? number
    : undefined
}

/** Null leaves the field empty. */
export function evaluateOptional<T>(
  tx: Transition,
  expression: Expression | undefined,
  at: Key,
  what: string,
  read: (value: JsonValue) => T | undefined,
): Result<T | undefined, Problem> {
  if (expression === undefined) return success(undefined)
  const result = evaluate(tx, expression, at)
  if (!result.ok) return result
  if (result.value === null || result.value === '') return success(undefined)
  const value = read(result.value)
  if (value !== undefined) return success(value)
  return failure({
    type: 'EXTRACT_VALUE_ERROR',
    message: `${what} of the user task: unexpected ${JSON.stringify(result.value)}`,
  })
}

/** What the model says about a task at its creation. */
export function evaluateFields(tx: Transition, task: UserTaskSpec, at: Key): Result<UserTaskFields, Problem> {
  const assignee = evaluateOptional(tx, task.assignee, at, 'assignee', asText)
  if (!assignee.ok) return assignee
  const candidateUsers = evaluateOptional(tx, task.candidateUsers, at, 'candidate users', asNames)
  if (!candidateUsers.ok) return candidateUsers
  const candidateGroups = evaluateOptional(tx, task.candidateGroups, at, 'candidate groups', asNames)
  if (!candidateGroups.ok) return candidateGroups
  const dueDate = evaluateOptional(tx, task.dueDate, at, 'due date', asDate)
  if (!dueDate.ok) return dueDate
  const followUpDate = evaluateOptional(tx, task.followUpDate, at, 'follow-up date', asDate)
  if (!followUpDate.ok) return followUpDate
  const priority = evaluateOptional(
    tx,
    task.priority,
    at,
    'priority (a whole number from 0 to 100)',
    asPriority,
  )
  if (!priority.ok) return priority
  return success({
    ...(assignee.value === undefined ? {} : { assignee: assignee.value }),
    ...(candidateUsers.value === undefined ? {} : { candidateUsers: candidateUsers.value }),
    ...(candidateGroups.value === undefined ? {} : { candidateGroups: candidateGroups.value }),
    ...(dueDate.value === undefined ? {} : { dueDate: dueDate.value }),
    ...(followUpDate.value === undefined ? {} : { followUpDate: followUpDate.value }),
    priority: priority.value ?? 50,
  })
}
