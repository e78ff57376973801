import { z } from 'zod'
import { form } from './process-definition.ts'
import { empty, json, route } from './route.ts'
import {
  choiceFilter,
  dateTime,
  dateTimeFilter,
  id,
  integerFilter,
  jsonObject,
  key,
  keyFilter,
  searchRequest,
  searchResponse,
  tenantId,
  text,
  textFilter,
  variableFilter,
} from './schema.ts'
import { variable, variableSearch } from './variable.ts'

export const userTaskStates = ['CREATED', 'COMPLETED', 'CANCELED'] as const

export const userTask = z.object({
  userTaskKey: key,
  name: z.string().optional(),
  state: z.enum(userTaskStates),
  elementId: id,
  elementInstanceKey: key,
  processInstanceKey: key,
  processDefinitionKey: key,
  processDefinitionId: id,
  processDefinitionVersion: z.int(),
  processName: z.string().optional(),
  assignee: z.string().optional(),
  candidateGroups: z.array(z.string()),
  candidateUsers: z.array(z.string()),
  dueDate: z.string().optional(),
  followUpDate: z.string().optional(),
  priority: z.int(),
  creationDate: dateTime,
  completionDate: dateTime.optional(),
  /** Key of the form to show, when the task names one that is deployed. */
  formKey: key.optional(),
  formId: z.string().optional(),
  externalFormReference: z.string().optional(),
  customHeaders: z.record(z.string(), z.string()),
  tenantId,
})
export type UserTask = z.output<typeof userTask>

export const userTaskFilter = z.strictObject({
  userTaskKey: keyFilter.optional(),
  name: textFilter.optional(),
  state: choiceFilter(userTaskStates).optional(),
  assignee: textFilter.optional(),
  candidateUser: textFilter.optional(),
  candidateGroup: textFilter.optional(),
  priority: integerFilter.optional(),
  elementId: textFilter.optional(),
  elementInstanceKey: keyFilter.optional(),
  processInstanceKey: keyFilter.optional(),
  processDefinitionKey: keyFilter.optional(),
  processDefinitionId: textFilter.optional(),
  creationDate: dateTimeFilter.optional(),
  completionDate: dateTimeFilter.optional(),
  dueDate: dateTimeFilter.optional(),
  followUpDate: dateTimeFilter.optional(),
  processInstanceVariables: z.array(variableFilter).max(20).optional(),
  tenantId: tenantId.optional(),
})

export const userTaskSearch = searchRequest(userTaskFilter, [
  'userTaskKey',
  'name',
  'creationDate',
  'completionDate',
  'dueDate',
  'followUpDate',
  'priority',
])

const params = z.object({ userTaskKey: key })
const action = text(255).nullish()
const date = dateTime.or(z.literal('')).nullish()
const tag = 'User tasks'

export const userTaskRoutes = {
  searchUserTasks: route({
    method: 'POST',
    path: '/user-tasks/search',
    tag,
    summary: 'Search user tasks',
    permission: 'user-task:read',
    surface: 'field',
    body: userTaskSearch.optional(),
    response: json(searchResponse(userTask)),
  }),
  getUserTask: route({
    method: 'GET',
    path: '/user-tasks/{userTaskKey}',
    tag,
    summary: 'Get a user task',
    permission: 'user-task:read',
    surface: 'field',
    params,
    response: json(userTask),
  }),
  assignUserTask: route({
    method: 'POST',
    path: '/user-tasks/{userTaskKey}/assignment',
    tag,
    summary: 'Assign a user task; without allowOverride only when nobody has it',
    permission: 'user-task:assign',
    surface: 'field',
    params,
    body: z.strictObject({ assignee: id, allowOverride: z.boolean().nullish(), action }),
    response: empty,
  }),
  unassignUserTask: route({
    method: 'DELETE',
    path: '/user-tasks/{userTaskKey}/assignee',
    tag,
    summary: 'Take a user task away from its assignee',
    permission: 'user-task:assign',
    surface: 'field',
    params,
    response: empty,
  }),
  updateUserTask: route({
    method: 'PATCH',
    path: '/user-tasks/{userTaskKey}',
    tag,
    summary: 'Change dates, candidates or priority of a user task',
    permission: 'user-task:update',
    surface: 'field',
    params,
    body: z.strictObject({
      changeset: z
        .strictObject({
          /** Empty text or null: none. */
          dueDate: date,
          followUpDate: date,
          candidateUsers: z.array(id).max(1000).nullish(),
          candidateGroups: z.array(id).max(1000).nullish(),
          priority: z.int().min(0).max(100).nullish(),
        })
        .nullish(),
      action,
    }),
    response: empty,
  }),
  completeUserTask: route({
    method: 'POST',
    path: '/user-tasks/{userTaskKey}/completion',
    tag,
    summary: 'Complete a user task',
    permission: 'user-task:complete',
    surface: 'field',
    params,
    body: z.strictObject({ variables: jsonObject.nullish(), action }).optional(),
    response: empty,
  }),
  getUserTaskForm: route({
    method: 'GET',
    path: '/user-tasks/{userTaskKey}/form',
    tag,
    summary: 'Get the form of a user task; 204 when it has none',
    permission: 'user-task:read',
    surface: 'field',
    params,
    response: json(form.optional()),
  }),
  searchUserTaskVariables: route({
    method: 'POST',
    path: '/user-tasks/{userTaskKey}/variables/search',
    tag,
    summary: 'Search the variables that a user task sees',
    permission: 'user-task:read',
    surface: 'field',
    params,
    body: variableSearch.optional(),
    response: json(searchResponse(variable)),
  }),
} as const
