/** What the Program says about the work at a node. */
import type { LoopNode, Node } from './program.ts'

/** The node itself, or what a loop repeats. */
export const workOf = (node: Node): Exclude<Node, LoopNode> => (node.type === 'loop' ? node.activity : node)

/** Whose job it is; absent: that of the work at the node. */
export type JobRole = {
  readonly listener?: { readonly on: string; readonly index: number }
  /** It gives a loop its items. */
  readonly items?: boolean
}

/** What the definition tells the worker of a job, or the person of a task. */
export function headersOf(
  node: Node | undefined,
  { listener, items }: JobRole = {},
): Readonly<Record<string, string>> {
  if (node === undefined) return {}
  if (items === true && node.type === 'loop')
    return (node.loop.kind === 'multi-instance' && node.loop.stream?.headers) || {}
  const work = workOf(node)
  if (listener !== undefined) {
    const listeners = [
      ...(work.listeners ?? []),
      ...(work.type === 'user-task' ? (work.task.listeners ?? []) : []),
    ]
    return listeners.filter(({ on }) => on === listener.on)[listener.index]?.job.headers ?? {}
  }
  if (work.type === 'job-task') return work.job.headers
  if (work.type === 'user-task') return work.task.headers
  if (work.type === 'throw-event' || work.type === 'send-task')
    return work.effect.kind === 'job' ? work.effect.job.headers : {}
  return {}
}
