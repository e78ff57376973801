/** Jobs at moments in the life of an element, which waits for them one after the other. */

import type { JsonObject } from '../base/json.ts'
import type { ExecutionListener, Listener, TaskListener } from '../model/program.ts'
import type { GraphNode } from './graph.ts'
import { createJob } from './job.ts'
import type { ElementInstance } from './state.ts'
import type { Problem, Transition } from './transition.ts'
import type { ListenerStep } from './wait-event.ts'

const noListeners: readonly never[] = []

export const executionListeners = (node: GraphNode): readonly ExecutionListener[] =>
  node.def.listeners ?? noListeners

export const taskListeners = (node: GraphNode): readonly TaskListener[] =>
  node.def.type === 'user-task' ? (node.def.task.listeners ?? noListeners) : noListeners

/** Creates the job of the listener whose turn it is: `none` when there is no further one, else a problem or nothing. */
export function callListener(
  tx: Transition,
  instance: ElementInstance,
  listeners: readonly Listener<ListenerStep['on']>[],
  step: Omit<ListenerStep, 'payload'> & { readonly payload?: JsonObject | undefined },
): Problem | undefined | 'none' {
  if (listeners.length === 0) return 'none'
  const { on, index, payload, corrections } = step
  const listener = listeners.filter((candidate) => candidate.on === on)[index]
  if (listener === undefined) return 'none'
  return createJob(tx, instance, listener.job, {
    listener: {
      on,
      index,
      ...(payload === undefined ? {} : { payload }),
      ...(corrections === undefined ? {} : { corrections }),
    },
  })
}
