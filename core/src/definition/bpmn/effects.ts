/** What throwing events and send tasks do. */
import { parseDuration } from '../../base/duration.ts'
import type { Effect, Expression } from '../../model/program.ts'
import { cancelEffect, compensationEffect } from './compensation.ts'
import { describe, type Element, extensionOf, textOf } from './element.ts'
import { definitionsOf, type EventPlace, type Meaning, meaningsOf } from './event-definitions.ts'
import { jobOf } from './jobs.ts'
import { codeOf, messageOf, signalNameOf } from './messages.ts'
import type { NodeContext } from './node-context.ts'

/** No duration is longer; keeps a refusal readable. */
const maxDurationLength = 100

/** A constant is a number of milliseconds or a duration. */
function timeToLiveOf(text: string, at: Element, context: NodeContext): Expression {
  const timeToLive = context.expressions.value(text.trim(), at, 'time to live')
  if ('feel' in timeToLive) return timeToLive
  if (/^\d{1,15}$/.test(text.trim())) return { value: Number(text) }
  const duration = parseDuration(text.trim().slice(0, maxDurationLength))
  if (!duration.ok) context.log.error('INVALID_VALUE', at, `time to live: ${duration.error}`)
  return timeToLive
}

/**
 * A message that the engine publishes itself: by `owner`'s reference, refined by a `zeebe:publishMessage` of the event,
 * task or event definition.
 */
export function publishEffect(owner: Element, at: Element, context: NodeContext): Effect | undefined {
  const message = messageOf(owner, at, context)
  if (message === undefined) return undefined
  const details = extensionOf(at, 'zeebe:PublishMessage') ?? extensionOf(owner, 'zeebe:PublishMessage')
  const [key, messageId, timeToLive] = [
    textOf(details, 'correlationKey'),
    textOf(details, 'messageId'),
    textOf(details, 'timeToLive'),
  ]
  return {
    kind: 'message',
    ...message,
    ...(key !== undefined && { correlationKey: context.expressions.value(key, at, 'correlation key') }),
    ...(messageId !== undefined && { messageId: context.expressions.value(messageId, at, 'message id') }),
    ...(timeToLive !== undefined && { timeToLive: timeToLiveOf(timeToLive, at, context) }),
  }
}

function thrownCode(
  kind: 'error' | 'escalation',
  definition: Element,
  event: Element,
  context: NodeContext,
): Effect {
  const code = codeOf(kind, definition, event, context)
  return {
    kind,
    code: code === undefined ? { value: '' } : context.expressions.value(code, event, `${kind} code`),
  }
}

/** A message event that a worker throws instead of the engine. */
function jobEffect(event: Element, context: NodeContext): Effect | undefined {
  const job = jobOf(event, context)
  return job && { kind: 'job', job }
}

function compileMeaning(
  { kind, definition }: Meaning,
  event: Element,
  context: NodeContext,
): Effect | undefined {
  switch (kind) {
    case 'message':
      return extensionOf(event, 'zeebe:TaskDefinition') === undefined
        ? publishEffect(definition, event, context)
        : jobEffect(event, context)
    case 'signal': {
      const name = signalNameOf(definition, event, context)
      return name && { kind, name }
    }
    case 'error':
    case 'escalation':
      return thrownCode(kind, definition, event, context)
    case 'compensation':
      return compensationEffect(definition, event, context)
    case 'cancel':
      return cancelEffect(event, context)
    case 'terminate':
      return { kind }
    // A link's token leaves over the flow that stands for the link; the others are never thrown.
    case 'link':
    case 'timer':
    case 'conditional':
      return { kind: 'none' }
  }
}

/** What `definitions` do at `event`. `undefined` when it can't be what they say; then the log says why. */
export function effectOf(
  event: Element,
  definitions: readonly Element[],
  place: EventPlace,
  context: NodeContext,
): Effect | undefined {
  const meanings = meaningsOf(event, definitions, place, context.log)
  if (meanings === undefined) return undefined
  const effects = meanings
    .map((meaning) => compileMeaning(meaning, event, context))
    .filter((effect) => effect !== undefined)
  if (effects.length < meanings.length) return undefined
  const [only, ...others] = effects
  if (only === undefined) return { kind: 'none' }
  if (others.length === 0) return only
  if (effects.some(({ kind }) => kind === 'job')) {
    const message = `expected the engine to throw all events of ${describe(event)}, got a zeebe:taskDefinition`
    context.log.error('INVALID_MULTIPLE_EVENT', event, message)
  }
  return { kind: 'multiple', effects }
}

export const compileEffect = (event: Element, place: EventPlace, context: NodeContext): Effect | undefined =>
  effectOf(event, definitionsOf(event), place, context)
