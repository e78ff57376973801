/** What events wait for. */
import type { Trigger } from '@braid/core/model/program.ts'
import type { Random } from '../../simulation/random.ts'
import {
  constant,
  correlationKeys,
  messageNames,
  repeatedMessageName,
  repeatedSignalName,
  signalNames,
  switchedOn,
} from './writing.ts'

export const messageTrigger = (random: Random, interrupting = true): Trigger => ({
  kind: 'message',
  name: constant(interrupting ? random.pick(messageNames) : repeatedMessageName),
  correlationKey: constant(random.pick(correlationKeys)),
})
export const signalTrigger = (random: Random, interrupting = true): Trigger => ({
  kind: 'signal',
  name: constant(interrupting ? random.pick(signalNames) : repeatedSignalName),
})
export const durationTrigger = (random: Random): Trigger => ({
  kind: 'timer',
  timer: 'duration',
  value: constant(`PT${random.between(1, 7)}S`),
})
export const cycleTrigger = (random: Random): Trigger => ({
  kind: 'timer',
  timer: 'cycle',
  value: constant(random.pick(['R2/PT1S', 'R3/PT2S', 'R1/PT1S', 'R/PT3S'])),
})
/** Without bound, it would keep the scope that it belongs to from ending. */
export const finiteCycle: Trigger = { kind: 'timer', timer: 'cycle', value: constant('R2/PT2S') }

/** Moments soon after the beginning of the virtual time. */
export const dateTrigger = (random: Random): Trigger => ({
  kind: 'timer',
  timer: 'date',
  value: constant(`2025-01-01T00:00:${String(random.between(1, 40)).padStart(2, '0')}Z`),
})
export const conditionalTrigger = (random: Random): Trigger => ({
  kind: 'conditional',
  condition: switchedOn(random),
})

/**
 * Two or three different triggers; each kind at most once. What interrupts nothing waits for all of them again: a timer
 * among them would keep the scope that it belongs to from ending.
 */
export function multipleTrigger(random: Random, parallel: boolean, interrupting = true): Trigger {
  const choices = [
    messageTrigger(random, interrupting),
    signalTrigger(random, interrupting),
    conditionalTrigger(random),
    ...(interrupting ? [durationTrigger(random)] : []),
  ]
  const dropped = random.below(choices.length)
  const triggers = choices.filter((_, index) => index !== dropped)
  const isShort = triggers.length > 2 && random.chance(0.5)
  return { kind: 'multiple', triggers: isShort ? triggers.slice(1) : triggers, parallel }
}

/** Anything that occurs by itself or from outside. */
export function anyTrigger(random: Random, interrupting = true): Trigger {
  const kind = random.pick([
    'message',
    'signal',
    'duration',
    'date',
    'conditional',
    'multiple',
    'parallel',
  ] as const)
  switch (kind) {
    case 'message':
      return messageTrigger(random, interrupting)
    case 'signal':
      return signalTrigger(random, interrupting)
    case 'duration':
      return durationTrigger(random)
    case 'date':
      return dateTrigger(random)
    case 'conditional':
      return conditionalTrigger(random)
    case 'multiple':
      return multipleTrigger(random, false, interrupting)
    case 'parallel':
      return multipleTrigger(random, true, interrupting)
  }
}
