/** Which job types this node does for its applications. */
import { jobTypeOf } from '@braid/core/model/dag.ts'
import type { Clock } from '../execution/clock.ts'
import type { Execution } from '../execution/execution.ts'
import type { TaskClassStore } from '../store/task-class-store.ts'
import type { CheckedTask } from './check-application.ts'
import type { LoadedApplication } from './hosted-application.ts'
import type { TaskCache } from './task-cache.ts'
import { createTaskHandler } from './task-handler.ts'
import type { TaskOutputPort } from './task-output.ts'

export type TaskRegistration = {
  /** From now on the jobs of its tasks go to this code; what runs ends with the code before. */
  put(application: LoadedApplication): Promise<void>
  remove(application: string): void
}

export type TaskRegistrationDependencies = {
  readonly execution: Pick<Execution, 'handle'>
  /** What this node offers. */
  readonly workerTags: readonly string[]
  readonly output: TaskOutputPort
  readonly cache: TaskCache
  readonly classes: TaskClassStore
  readonly wall: Pick<Clock, 'after'>
  readonly random: () => number
}

/** Jobs of one task at once on a node, unless the task says less for all nodes. */
const nodeConcurrency = 1_000
/** A node is asked for each combination of its tags. */
export const maxWorkerTags = 4

/** Types of the jobs that a node with these tags does for a task: those of nodes of DAGs that ask for some of them. */
export function jobTypesOf(
  { id, definition }: CheckedTask,
  workerTags: readonly string[],
): readonly string[] {
  const tags = workerTags.slice(0, maxWorkerTags)
  if (definition.tags?.every((tag) => tags.includes(tag)) === false) return []
  let combinations: readonly (readonly string[])[] = [[]]
  for (const tag of tags) combinations = [...combinations, ...combinations.map((some) => [...some, tag])]
  return combinations.map((some) => jobTypeOf(id, some))
}

export function createTaskRegistration(dependencies: TaskRegistrationDependencies): TaskRegistration {
  const { execution, workerTags, classes } = dependencies
  /** By application and job type: what takes the handler away. */
  const registered = new Map<string, ReadonlyMap<string, () => void>>()

  const bound = async ({ id, definition: { concurrency } }: CheckedTask, jobTypes: readonly string[]) => {
    if (concurrency === undefined) return classes.remove(id)
    return classes.put({ name: id, jobTypes, maxRunning: concurrency })
  }

  return {
    put: async ({ checked, services }) => {
      const { name } = checked.definition
      const now = new Map<string, () => void>()
      for (const task of checked.tasks) {
        const jobTypes = jobTypesOf(task, workerTags)
        if (jobTypes.length === 0) continue
        await bound(task, jobTypes)
        const handler = createTaskHandler({ ...dependencies, task, services })
        const { concurrency } = task.definition
        const options = { concurrency: concurrency ?? nodeConcurrency, bounded: concurrency !== undefined }
        for (const type of jobTypes) now.set(type, execution.handle(type, handler, options))
      }
      for (const [type, takeAway] of registered.get(name) ?? []) if (!now.has(type)) takeAway()
      registered.set(name, now)
    },
    remove: (name) => {
      for (const takeAway of registered.get(name)?.values() ?? []) takeAway()
      registered.delete(name)
    },
  }
}
