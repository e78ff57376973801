/** What DAGs can be checked against: the tasks of the applications of this node. */
import type { TaskRegistry, TaskSignature } from '@braid/core/definition/dag/tasks.ts'
import type { TaskOptions } from '@braid/core/model/dag.ts'
import type { CheckedApplication, CheckedTask } from './check-application.ts'

export const knownTasks = (applications: Iterable<CheckedApplication>): TaskRegistry =>
  new Map(
    [...applications].flatMap(({ tasks }) => tasks.map((task) => [task.id, signatureOf(task)] as const)),
  )

const signatureOf = ({ definition, inputSchema, outputSchema }: CheckedTask): TaskSignature => ({
  kind: definition.kind,
  input: inputSchema,
  output: outputSchema,
  options: optionsOf(definition),
})

const optionNames = [
  ...['retries', 'backoff', 'timeout', 'priority', 'tags', 'cacheFor', 'onFailure'],
] as readonly (keyof TaskOptions)[]

const optionsOf = (definition: TaskOptions): TaskOptions =>
  Object.fromEntries(
    optionNames.flatMap((name) => (definition[name] === undefined ? [] : [[name, definition[name]]])),
  )
