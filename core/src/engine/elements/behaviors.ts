/** One entry per type of node: a new element is a file beside this one and a line here. */
import type { Node, NodeType } from '../../model/program.ts'
import type { Behavior, Behaviors } from '../transition.ts'
import { adHocSubProcess } from './ad-hoc-sub-process.ts'
import { callActivity } from './call-activity.ts'
import { boundaryEvent, catchEvent, startEvent, throwEvent } from './event.ts'
import {
  complexGateway,
  eventGateway,
  exclusiveGateway,
  inclusiveGateway,
  parallelGateway,
} from './gateway.ts'
import { loop } from './loop.ts'
import { eventSubProcess, process, subProcess } from './scope.ts'
import { expressionTask, jobTask, passTask, receiveTask, sendTask } from './task.ts'
import { userTask } from './user-task.ts'

const byType = {
  process,
  'sub-process': subProcess,
  'ad-hoc-sub-process': adHocSubProcess,
  loop,
  'event-sub-process': eventSubProcess,
  'pass-task': passTask,
  'job-task': jobTask,
  'expression-task': expressionTask,
  'user-task': userTask,
  'receive-task': receiveTask,
  'send-task': sendTask,
  'call-activity': callActivity,
  'start-event': startEvent,
  'catch-event': catchEvent,
  'boundary-event': boundaryEvent,
  'throw-event': throwEvent,
  'exclusive-gateway': exclusiveGateway,
  'parallel-gateway': parallelGateway,
  'inclusive-gateway': inclusiveGateway,
  'complex-gateway': complexGateway,
  'event-based-gateway': eventGateway,
} as const satisfies { [T in NodeType]: Behavior<Extract<Node, { readonly type: T }>> }

/** By type of node: a map finds one of so many sooner than an object does. */
export const behaviors: Behaviors = new Map(Object.entries(byType))
