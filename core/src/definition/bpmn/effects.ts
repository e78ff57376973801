/** What throwing events and send tasks do. */
import { parseDuration } from '../../base/duration.ts'
import type { Effect, Expression } from '../../model/program.ts'
import { type Element, extensionOf, textOf } from './element.ts'
import { type EventPlace, eventKindOf } from './event-definitions.ts'
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

/** `undefined` when the event can't be what it says; then the log says why. */
export function compileEffect(event: Element, place: EventPlace, context: NodeContext): Effect | undefined {
  const found = eventKindOf(event, place, context.log)
  if (found === undefined) return undefined
  const { kind, definition } = found
  if (definition === undefined) return { kind: 'none' }
  switch (kind) {
    case 'message': {
      if (extensionOf(event, 'zeebe:TaskDefinition') === undefined)
        return publishEffect(definition, event, context)
      const job = jobOf(event, context)
      return job && { kind: 'job', job }
    }
    case 'signal': {
      const name = signalNameOf(definition, event, context)
      return name && { kind, name }
    }
    case 'error':
    case 'escalation':
      return thrownCode(kind, definition, event, context)
    case 'terminate':
      return { kind }
    case 'none':
    case 'link':
    case 'timer':
      return { kind: 'none' }
  }
}
