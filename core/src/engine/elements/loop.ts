/** An activity that runs several times: its body is a scope, each run an element instance in it. */
import { success } from '../../base/result.ts'
import type { LoopNode } from '../../model/program.ts'
import { everyFlow } from '../flows.ts'
import { beginParallel, finish, nextItem, runCompletes } from '../multi-instance.ts'
import { beginStandard, nextStandardRun } from '../standard-loop.ts'
import type { Behavior } from '../transition.ts'

export const loop: Behavior<LoopNode> = {
  activate: (tx, body, node) => {
    const { loop: spec } = node.def
    if (spec.kind === 'standard') return beginStandard(tx, body, node, spec)
    return spec.sequential ? nextItem(tx, body, node, spec) : beginParallel(tx, body, node, spec)
  },
  leave: everyFlow,
  childCompletes: (tx, body, node, run) =>
    node.def.loop.kind === 'standard'
      ? success({ after: () => undefined })
      : runCompletes(tx, body, node.def.loop, run),
  drained: (tx, body, node) => {
    const { loop: spec } = node.def
    if (spec.kind === 'standard') return nextStandardRun(tx, body, node, spec)
    if (spec.sequential) return nextItem(tx, body, node, spec)
    finish(tx, body, spec)
    return undefined
  },
}
