/** What catching events wait for. */
import type { Trigger } from '../../model/program.ts'
import { describe, type Element } from './element.ts'
import { type EventPlace, eventKindOf } from './event-definitions.ts'
import { codeOf, messageOf, signalNameOf } from './messages.ts'
import type { NodeContext } from './node-context.ts'
import { compileTimer } from './timers.ts'

/** Somebody who catches names one code: there is nothing to evaluate before the throw. */
function caughtCode(
  kind: 'error' | 'escalation',
  definition: Element,
  event: Element,
  context: NodeContext,
): Trigger {
  const code = codeOf(kind, definition, event, context)
  if (code?.trimStart().startsWith('=')) {
    context.log.error(
      'INVALID_VALUE',
      event,
      `expected ${describe(event)} to catch a constant code, got an expression`,
    )
  }
  return code === undefined ? { kind } : { kind, code }
}

function compileDefinition(
  kind: Exclude<Trigger['kind'], 'none'>,
  definition: Element,
  event: Element,
  context: NodeContext,
): Trigger | undefined {
  switch (kind) {
    case 'message': {
      const message = messageOf(definition, event, context)
      return message && { kind, ...message }
    }
    case 'timer':
      return compileTimer(event, definition, context)
    case 'signal': {
      const name = signalNameOf(definition, event, context)
      return name && { kind, name }
    }
    case 'error':
    case 'escalation':
      return caughtCode(kind, definition, event, context)
  }
}

/** `undefined` when the event can't be what it says; then the log says why. */
export function compileTrigger(event: Element, place: EventPlace, context: NodeContext): Trigger | undefined {
  const found = eventKindOf(event, place, context.log)
  if (found === undefined) return undefined
  const { kind, definition } = found
  // A link's token comes over the flow that stands for the link.
  if (definition === undefined || kind === 'none' || kind === 'link' || kind === 'terminate')
    return { kind: 'none' }
  const trigger = compileDefinition(kind, definition, event, context)
  if (place !== 'process start' || trigger?.kind !== 'message') return trigger
  // Nothing waits yet that a key could tell apart.
  return { kind: 'message', name: trigger.name }
}
