/** Jobs of task nodes: what a worker has to know of them. */
import { parseDuration } from '../../base/duration.ts'
import type { DagNode } from '../../model/dag.ts'
import { jobTypeOf } from '../../model/dag.ts'
import type { JobSpec } from '../../model/program.ts'

export type TaskWork = Extract<DagNode, { readonly task: string }>

/** Thrown by the job of a task whose failure is no matter for an operator. */
export const failureCode = 'TASK_FAILED'

const retriesUnlessSaid = 3
const backoffUnlessSaid = 'PT1S'

/** Undefined for what is no positive duration of a fixed length. */
export function millisecondsOf(text: string): number | undefined {
  const duration = parseDuration(text)
  if (!duration.ok || duration.value.months !== 0) return undefined
  const total = duration.value.days * 86_400_000 + duration.value.milliseconds
  return total > 0 ? total : undefined
}

export function jobOf(node: TaskWork, caught: boolean): JobSpec {
  const { retries = retriesUnlessSaid, backoff = backoffUnlessSaid, timeout, cacheFor, priority } = node
  const ms = (text: string): string => String(millisecondsOf(text) ?? 0)
  return {
    type: { value: jobTypeOf(node.task, node.tags) },
    // Counts the first attempt, too.
    retries: { value: retries + 1 },
    headers: {
      task: node.task,
      nodeId: node.id,
      attempts: String(retries + 1),
      backoffMs: ms(backoff),
      ...(timeout === undefined ? {} : { timeoutMs: ms(timeout) }),
      ...(cacheFor === undefined ? {} : { cacheMs: ms(cacheFor) }),
    },
    ...(priority === undefined ? {} : { priority: { value: priority } }),
    ...(caught ? { failureCode } : {}),
  }
}
