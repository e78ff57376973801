/** Process, sub-process, event sub-process: a place for tokens, done when none is left. */
import type { EventSubProcessNode, ProcessNode, SubProcessNode } from '../../model/program.ts'
import { beginAt } from '../beginning.ts'
import { allFlows, everyFlow } from '../flows.ts'
import { nodeOf } from '../graph.ts'
import { completeElement } from '../lifecycle.ts'
import { startNodes } from '../start-nodes.ts'
import { activateNode } from '../token.ts'
import { leaveByCancel } from '../transaction.ts'
import type { Behavior } from '../transition.ts'

/** What a start event waits for has occurred; what it carried is in the process already. */
export const process: Behavior<ProcessNode> = {
  activate: (tx, instance, { def }) => {
    const { begin } = instance.extras
    if (begin !== undefined) {
      beginAt(tx, instance, begin)
      return undefined
    }
    const starts = startNodes(tx.graph, instance.extras.start)
    if (!starts.ok) throw new Error(starts.error.message)
    for (const start of starts.value) {
      const payload = def.triggeredStarts.includes(start.id) ? {} : undefined
      activateNode(tx, start, instance.key, undefined, payload)
    }
    return undefined
  },
  leave: allFlows,
}

export const subProcess: Behavior<SubProcessNode> = {
  activate: (tx, instance, node) => {
    for (const id of node.def.starts) activateNode(tx, nodeOf(tx.graph, id), instance.key)
    if (node.def.starts.length === 0) completeElement(tx, instance)
    return undefined
  },
  leave: everyFlow,
  drained: (tx, instance, node) => {
    if (instance.extras.cancels === true) leaveByCancel(tx, instance, node)
    else completeElement(tx, instance)
    return undefined
  },
}

export const eventSubProcess: Behavior<EventSubProcessNode> = {
  activate: (tx, instance, node, payload = {}) => {
    const start = instance.extras.start ?? node.def.triggeredStarts[0] ?? ''
    activateNode(tx, nodeOf(tx.graph, start), instance.key, undefined, payload)
    for (const id of node.def.starts) activateNode(tx, nodeOf(tx.graph, id), instance.key)
    return undefined
  },
  leave: allFlows,
}
