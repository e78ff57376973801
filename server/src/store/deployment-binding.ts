/** Whether a process means files of its own deployment. Then a change of one of them is a change of the process. */
import { decisionJobType } from '@braid/core/definition/bpmn/decision-task.ts'
import type { Node, Program } from '@braid/core/model/program.ts'

export const bindsDeployment = ({ nodes }: Program): boolean => nodes.some(isBound)

function isBound(node: Node): boolean {
  switch (node.type) {
    case 'loop':
      return isBound(node.activity)
    case 'process':
      return node.startForm?.binding === 'deployment'
    case 'user-task':
      return node.task.formBinding === 'deployment'
    case 'call-activity':
      return node.call.binding === 'deployment'
    case 'job-task': {
      const { type, headers } = node.job
      return 'value' in type && type.value === decisionJobType && headers.bindingType === 'deployment'
    }
    default:
      return false
  }
}
