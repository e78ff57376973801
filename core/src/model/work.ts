/** What the Program says about the work at a node. */
import type { JobSpec, LoopNode, Node } from './program.ts'

/** The node itself, or what a loop repeats. */
export const workOf = (node: Node): Exclude<Node, LoopNode> => (node.type === 'loop' ? node.activity : node)

/** Whose job it is; absent: that of the work at the node. */
export type JobRole = {
  readonly listener?: { readonly on: string; readonly index: number }
  /** It gives a loop its items. */
  readonly items?: boolean
}

/** What a job is made from; `undefined` when the node has no such job. */
export function jobSpecOf(node: Node, { listener, items }: JobRole = {}): JobSpec | undefined {
  if (items === true)
    return node.type === 'loop' && node.loop.kind === 'multi-instance' ? node.loop.stream : undefined
  const work = workOf(node)
  if (listener !== undefined) {
    const listeners = [
      ...(work.listeners ?? []),
      ...(work.type === 'user-task' ? (work.task.listeners ?? []) : []),
    ]
    return listeners.filter(({ on }) => on === listener.on)[listener.index]?.job
  }
  if (work.type === 'job-task') return work.job
  if (work.type !== 'throw-event' && work.type !== 'send-task') return undefined
  return work.effect.kind === 'job' ? work.effect.job : undefined
}

/** What the definition tells the worker of a job, or the person of a task. */
export function headersOf(node: Node | undefined, role: JobRole = {}): Readonly<Record<string, string>> {
  if (node === undefined) return {}
  const work = workOf(node)
  if (work.type === 'user-task' && role.listener === undefined && role.items !== true)
    return work.task.headers
  return jobSpecOf(node, role)?.headers ?? {}
}
