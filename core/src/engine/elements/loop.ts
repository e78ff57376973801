/** An activity that runs several times: its body is a scope, each run an element instance in it. */
import { success } from '../../base/result.ts'
import type { LoopNode } from '../../model/program.ts'
import { everyFlow } from '../flows.ts'
import { beginParallel, collects, finish, nextItem, runCompletes } from '../multi-instance.ts'
import { beginStandard, nextStandardRun } from '../standard-loop.ts'
import { closeStream, isOpen, openStream } from '../stream-producer.ts'
import type { Behavior } from '../transition.ts'
import { setLocal } from '../variables.ts'

export const loop: Behavior<LoopNode> = {
  activate: (tx, body, node) => {
    const { loop: spec } = node.def
    if (spec.kind === 'standard') return beginStandard(tx, body, node, spec)
    if (spec.stream !== undefined) return openStream(tx, body, spec.stream, collects(spec))
    return spec.sequential ? nextItem(tx, body, node, spec) : beginParallel(tx, body, node, spec)
  },
  leave: everyFlow,
  jobCompletes: (tx, body, _node, results) => {
    setLocal(tx, body.key, results)
    closeStream(tx, body)
    tx.agenda.push({ kind: 'check-scope', scope: body.key })
  },
  childCompletes: (tx, body, node, run) =>
    node.def.loop.kind === 'standard'
      ? success({ after: () => undefined })
      : runCompletes(tx, body, node.def.loop, run),
  drained: (tx, body, node) => {
    const { loop: spec } = node.def
    if (spec.kind === 'standard') return nextStandardRun(tx, body, node, spec)
    if (spec.sequential) return nextItem(tx, body, node, spec)
    if (isOpen(body)) return undefined
    finish(tx, body, spec)
    return undefined
  },
}
