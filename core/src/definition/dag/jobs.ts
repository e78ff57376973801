/** Jobs of task nodes: what a worker has to know of them. */
import { parseDuration } from '../../base/duration.ts'
import type { DagNode, DagScriptNode } from '../../model/dag.ts'
import { jobTypeOf } from '../../model/dag.ts'
import type { JobSpec } from '../../model/program.ts'
import { scriptJobType } from '../../model/script.ts'

export type TaskWork = Extract<DagNode, { readonly task: string }>
/** What a job does. */
export type Work = TaskWork | DagScriptNode

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

const ms = (text: string): string => String(millisecondsOf(text) ?? 0)

export function jobOf(node: Work, caught: boolean): JobSpec {
  const { retries = retriesUnlessSaid, backoff = backoffUnlessSaid, timeout, priority } = node
  return {
    type: { value: node.kind === 'script' ? scriptJobType : jobTypeOf(node.task, node.tags) },
    // Counts the first attempt, too.
    retries: { value: retries + 1 },
    headers: {
      ...(node.kind === 'script' ? scriptHeaders(node) : taskHeaders(node)),
      nodeId: node.id,
      attempts: String(retries + 1),
      backoffMs: ms(backoff),
      ...(timeout === undefined ? {} : { timeoutMs: ms(timeout) }),
    },
    ...(priority === undefined ? {} : { priority: { value: priority } }),
    ...(caught ? { failureCode } : {}),
  }
}

const taskHeaders = ({ task, cacheFor }: TaskWork): JobSpec['headers'] => ({
  task,
  ...(cacheFor === undefined ? {} : { cacheMs: ms(cacheFor) }),
})

/** Its input and result are one value each, as those of a task are. */
const scriptHeaders = ({ script: { language, version, source } }: DagScriptNode): JobSpec['headers'] => ({
  scriptFormat: version === undefined ? language : `${language} ${version}`,
  script: source,
  inputVariable: 'input',
  resultVariable: 'output',
})
