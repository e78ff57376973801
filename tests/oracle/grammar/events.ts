/** Events in the flow: those that wait and those that throw. */
import type { Effect, ElementId, Trigger } from '@braid/core/model/program.ts'
import type { Random } from '../../simulation/random.ts'
import {
  constant,
  correlationKeys,
  escalationCodes,
  localJobTypes,
  messageNames,
  type Place,
  signalNames,
  type Writer,
} from './writing.ts'

export function catchEvent({ builder }: Writer, { scope }: Place, trigger: Trigger): ElementId {
  return builder.add({ id: builder.id('catch'), type: 'catch-event', scope, trigger })
}

/** Its time to live is drawn for events alone; for a part of several it is fixed. */
const messageEffect = (random: Random, timeToLive: number): Effect => ({
  kind: 'message',
  name: constant(random.pick(messageNames)),
  correlationKey: constant(random.pick(correlationKeys)),
  timeToLive: constant(timeToLive),
})
const signalEffect = (random: Random): Effect => ({
  kind: 'signal',
  name: constant(random.pick(signalNames)),
})
const escalationEffect = (random: Random): Effect => ({
  kind: 'escalation',
  code: constant(random.pick(escalationCodes)),
})

/** A message or a signal. */
export function plainThrowEvent({ builder, random }: Writer, { scope }: Place): ElementId {
  const effect: Effect = random.chance(0.6)
    ? {
        kind: 'message',
        name: constant(random.pick(messageNames)),
        correlationKey: constant(random.pick(correlationKeys)),
        timeToLive: constant(random.pick([0, 5_000, 600_000])),
      }
    : { kind: 'signal', name: constant(random.pick(signalNames)) }
  return builder.add({ id: builder.id('throw'), type: 'throw-event', scope, effect })
}

/** Anything that lets the token go on. */
export function throwEvent({ builder, random }: Writer, { scope }: Place): ElementId {
  return builder.add({ id: builder.id('throw'), type: 'throw-event', scope, effect: anyEffect(random) })
}

function anyEffect(random: Random): Effect {
  const kind = random.pick(['none', 'message', 'signal', 'escalation', 'job', 'multiple'] as const)
  switch (kind) {
    case 'none':
      return { kind: 'none' }
    case 'message':
      return messageEffect(random, 5_000)
    case 'signal':
      return signalEffect(random)
    case 'escalation':
      return escalationEffect(random)
    case 'job':
      return {
        kind: 'job',
        job: { type: constant(random.pick(localJobTypes)), retries: constant(2), headers: {} },
      }
    case 'multiple':
      return {
        kind: 'multiple',
        effects: [signalEffect(random), escalationEffect(random), messageEffect(random, 0)].slice(
          random.below(2),
        ),
      }
  }
}

/** How a scope may end besides with nothing. */
export function eventfulEnd(writer: Writer, { scope }: Place, effect?: Effect): ElementId {
  const { builder, random } = writer
  const id = builder.id('end')
  return builder.add({ id, type: 'throw-event', scope, effect: effect ?? anyEffect(random) })
}
