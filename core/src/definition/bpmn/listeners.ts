/** Jobs around an element or a user task: `zeebe:executionListeners` and `zeebe:taskListeners`. */
import type { ExecutionListener, JobSpec, Listener, TaskListener } from '../../model/program.ts'
import { describe, type Element, elementOf, elementsOf, extensionOf, textOf } from './element.ts'
import { defaultRetries, headersIn, retriesOf } from './jobs.ts'
import type { NodeContext } from './node-context.ts'
import { quoted } from './quote.ts'

const executionMoments = ['start', 'end'] as const satisfies readonly ExecutionListener['on'][]
const taskMoments = [
  'creating',
  'assigning',
  'updating',
  'completing',
] as const satisfies readonly TaskListener['on'][]

function jobOfListener(listener: Element, element: Element, context: NodeContext): JobSpec | undefined {
  const type = textOf(listener, 'type')
  if (type === undefined) {
    const message = `expected every listener of ${describe(element)} to have a job type, got none`
    context.log.error('MISSING_TASK_DEFINITION', element, message)
    return undefined
  }
  return {
    type: context.expressions.value(type, element, 'job type of a listener'),
    retries: retriesOf(textOf(listener, 'retries') ?? defaultRetries, element, context),
    headers: headersIn(elementOf(listener, 'headers')),
  }
}

function listenersIn<On extends string>(
  listeners: readonly Element[],
  moments: readonly On[],
  element: Element,
  context: NodeContext,
): readonly Listener<On>[] {
  return listeners.flatMap((listener) => {
    const text = textOf(listener, 'eventType')
    const on = moments.find((moment) => moment === text)
    if (on === undefined) {
      const message = `expected listeners of ${describe(element)} to be for ${moments.join(', ')}, got ${quoted(text ?? '')}`
      context.log.error('INVALID_VALUE', element, message)
    }
    const job = jobOfListener(listener, element, context)
    return on === undefined || job === undefined ? [] : [{ on, job }]
  })
}

/** In document order; absent when there are none. */
export function executionListenersOf(
  element: Element,
  context: NodeContext,
): { readonly listeners?: readonly ExecutionListener[] } {
  const found = elementsOf(extensionOf(element, 'zeebe:ExecutionListeners'), 'listeners')
  return found.length === 0 ? {} : { listeners: listenersIn(found, executionMoments, element, context) }
}

/** In document order; absent when there are none. */
export function taskListenersOf(
  element: Element,
  context: NodeContext,
): { readonly listeners?: readonly TaskListener[] } {
  const found = elementsOf(extensionOf(element, 'zeebe:TaskListeners'), 'listeners')
  return found.length === 0 ? {} : { listeners: listenersIn(found, taskMoments, element, context) }
}
