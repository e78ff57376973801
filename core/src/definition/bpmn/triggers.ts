/** What catching events wait for. */
import type { Trigger } from '../../model/program.ts'
import { describe, type Element, elementOf, textOf } from './element.ts'
import {
  definitionsOf,
  type EventPlace,
  isParallelMultiple,
  type Meaning,
  meaningsOf,
} from './event-definitions.ts'
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

/** BPMN 2.0 §10.5.5: the condition is an expression over the variables of the scope. */
function compileConditional(definition: Element, event: Element, context: NodeContext): Trigger | undefined {
  const text = textOf(elementOf(definition, 'condition'), 'body')
  if (text !== undefined) {
    return { kind: 'conditional', condition: context.expressions.condition(text, event, 'condition') }
  }
  context.log.error('MISSING_TRIGGER', event, `expected ${describe(event)} to have a condition, got none`)
  return undefined
}

function compileMeaning(
  { kind, definition }: Meaning,
  event: Element,
  place: EventPlace,
  context: NodeContext,
): Trigger | undefined {
  switch (kind) {
    case 'message': {
      const message = messageOf(definition, event, context)
      // At the start of a process nothing waits yet that a key could tell apart, unless several must come together.
      const isKeyed = place !== 'process start' || isParallelMultiple(event)
      return message && { kind, ...(isKeyed ? message : { name: message.name }) }
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
    case 'conditional':
      return compileConditional(definition, event, context)
    case 'compensation':
    case 'cancel':
      return { kind }
    // A link's token comes over the flow that stands for the link; nobody waits for a termination.
    case 'link':
    case 'terminate':
      return { kind: 'none' }
  }
}

/** `undefined` when the event can't be what it says; then the log says why. */
export function compileTrigger(event: Element, place: EventPlace, context: NodeContext): Trigger | undefined {
  const meanings = meaningsOf(event, definitionsOf(event), place, context.log)
  if (meanings === undefined) return undefined
  const triggers = meanings
    .map((meaning) => compileMeaning(meaning, event, place, context))
    .filter((trigger) => trigger !== undefined)
  if (triggers.length < meanings.length) return undefined
  const [only, ...others] = triggers
  if (only === undefined) return { kind: 'none' }
  return others.length === 0 ? only : { kind: 'multiple', triggers, parallel: isParallelMultiple(event) }
}

/** Each of the things that a trigger waits for. */
export const partsOfTrigger = (trigger: Trigger): readonly Trigger[] =>
  trigger.kind === 'multiple' ? trigger.triggers : [trigger]
