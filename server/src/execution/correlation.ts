/**
 * Brings messages and signals together with what waits for them. Whoever comes second looks for the first: after the
 * commit of a message, or of a subscription. What a crash left undone is found by a look at everything.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import type { ExecutionStore, Match } from '../store/port.ts'
import type { Clock } from './clock.ts'
import type { Outcome, SubmitOptions } from './commit-loop.ts'

export type Correlation = {
  /** Stored a moment ago. */
  added(kind: 'message' | 'subscription', key: Key): void
  /** Looks at everything that is stored. */
  sweep(): void
  /** Meets one message now; answers with the instances that took it. */
  meet(message: Key): Promise<readonly Key[]>
  /** Removes messages that nothing can meet any more. */
  expire(): Promise<void>
}

export type CorrelationDependencies = {
  readonly store: Pick<ExecutionStore, 'match' | 'takersOf' | 'expireMessages'>
  readonly clock: Clock
  readonly submit: (instanceKey: Key, command: Command, options?: SubmitOptions) => Promise<Outcome>
  readonly nextKey: () => Promise<Key>
  readonly onTrouble: (error: unknown) => void
}

const pageSize = 500
/** Looks in a row that brought nothing together. */
const idleRounds = 3
/** After an error, everything is looked at again this much later. */
const retryMs = 1_000

export function createCorrelation(dependencies: CorrelationDependencies): Correlation {
  const { store, clock, submit, nextKey, onTrouble } = dependencies
  let messages: Key[] = []
  let subscriptions: Key[] = []
  let everything = false
  let running = false

  const look = async (request: {
    messages?: readonly Key[]
    subscriptions?: readonly Key[]
  }): Promise<readonly Key[]> => {
    const instances: Key[] = []
    for (let idle = 0; idle < idleRounds; ) {
      const matches = await store.match({ ...request, now: clock.now(), max: pageSize })
      const taken = await Promise.all(matches.map(meet))
      const met = taken.filter((key) => key !== undefined)
      instances.push(...met)
      if (met.length === matches.length && matches.length < pageSize) break
      // What was not taken may fit another subscription now; a page that comes again and again does not.
      idle = met.length === 0 ? idle + 1 : 0
    }
    return instances
  }

  /** The instance that took it; undefined when it went elsewhere or the subscription is gone. */
  const meet = async (match: Match): Promise<Key | undefined> => {
    const { message, subscription, claim } = match
    const { key: source, variables } = message
    if (subscription !== undefined) {
      const command: Command = {
        type: 'trigger-subscription',
        subscriptionKey: subscription.key,
        source,
        variables,
      }
      const outcome = await submit(subscription.instanceKey, command, { claim })
      return outcome.ok ? subscription.instanceKey : undefined
    }
    const key = await nextKey()
    const startKey =
      message.kind === 'message' && message.correlationKey !== '' ? message.correlationKey : undefined
    const command: Command = {
      type: 'create-instance',
      key,
      definitionKey: match.definitionKey,
      variables,
      startElement: match.element,
      ...(startKey === undefined ? {} : { startKey }),
    }
    const outcome = await submit(key, command, { claim })
    return outcome.ok ? key : undefined
  }

  const work = async (): Promise<void> => {
    if (running) return
    running = true
    try {
      while (everything || messages.length > 0 || subscriptions.length > 0) {
        const request = everything ? {} : { messages, subscriptions }
        everything = false
        messages = []
        subscriptions = []
        await look(request)
      }
    } finally {
      running = false
    }
  }
  const start = (): void => {
    clock.soon(() => {
      work().catch((error) => {
        onTrouble(error)
        // What was asked for is forgotten, so all is looked at.
        clock.after(retryMs, sweep)
      })
    })
  }
  const sweep = (): void => {
    everything = true
    start()
  }

  return {
    added: (kind, key) => {
      if (kind === 'message') messages.push(key)
      else subscriptions.push(key)
      start()
    },
    sweep,
    meet: async (message) => {
      const takers = await look({ messages: [message] })
      // A look that began before, for what waits, may have brought them together.
      return takers.length > 0 ? takers : store.takersOf(message)
    },
    expire: async () => {
      await store.expireMessages(clock.now())
    },
  }
}
