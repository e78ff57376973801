/**
 * Brings messages and signals together with what waits for them: a message reaches each process once, by its oldest
 * subscription or else a start event; a signal everything that is open.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import { alternatives, type Graph, nodeOf } from '@braid/core/engine/graph.ts'
import type { ElementId, Expression, StartEventNode, Trigger } from '@braid/core/model/program.ts'
import type { EngineTables } from './engine-tables.ts'

export type Definition = { readonly key: Key; readonly deployment: number; readonly graph: Graph }

export type Start = {
  readonly definition: Definition
  readonly startElement: ElementId
  readonly variables: JsonObject
  readonly startKey?: string
}

export type CorrelationDependencies = {
  readonly tables: EngineTables
  readonly now: () => Instant
  /** The latest definition of every process. */
  readonly definitions: () => readonly Definition[]
  readonly commit: (instanceKey: Key, command: Command) => unknown
  readonly start: (start: Start) => unknown
  /** Whether an instance of the process with this start key is active. */
  readonly isTaken: (processId: string, startKey: string) => boolean
}

/** Constants only: nothing could be looked up before there is an instance. */
export const constantOf = (expression: Expression): string => {
  if ('value' in expression) return String(expression.value)
  throw new Error(`expected a start event with a constant, got ${expression.feel}`)
}

const isMetBy = (
  trigger: Trigger,
  { kind, name }: { readonly kind: string; readonly name: string },
): boolean =>
  (trigger.kind === 'message' || trigger.kind === 'signal') &&
  trigger.kind === kind &&
  constantOf(trigger.name) === name

export function triggeredStarts({ graph }: Definition): readonly StartEventNode[] {
  const { def } = graph.root
  if (def.type !== 'process') throw new Error(`the root of ${graph.program.processId} is no process`)
  return def.triggeredStarts.map((id) => nodeOf(graph, id).def as StartEventNode)
}

export class Correlation {
  readonly #to: CorrelationDependencies
  /** What a message or signal has reached. */
  readonly #claims = new Map<Key, Set<string>>()

  constructor(dependencies: CorrelationDependencies) {
    this.#to = dependencies
  }

  /** A new message or signal meets what is open. */
  spread(messageKey: Key): void {
    const { tables, now, definitions } = this.#to
    const message = tables.messages.get(messageKey)
    if (message === undefined) return
    for (const subscriptionKey of [...tables.subscriptions.keys()]) this.#meet(messageKey, subscriptionKey)
    for (const definition of definitions()) this.#meetStarts(messageKey, definition)
    if (message.expiresAt <= now()) tables.messages.delete(messageKey)
  }

  /** A new subscription meets what is buffered. */
  lookInBuffer(subscriptionKey: Key): void {
    const { tables, now } = this.#to
    for (const message of [...tables.messages.values()]) {
      if (message.expiresAt > now()) this.#meet(message.key, subscriptionKey)
    }
  }

  #meet(messageKey: Key, subscriptionKey: Key): void {
    const message = this.#to.tables.messages.get(messageKey)
    const subscription = this.#to.tables.subscriptions.get(subscriptionKey)
    if (message === undefined || subscription === undefined) return
    if (message.kind !== subscription.kind || message.name !== subscription.name) return
    if (message.kind === 'message' && message.correlationKey !== subscription.correlationKey) return
    if (message.thrownBy === subscription.instanceKey) return
    const { processId, instanceKey } = subscription
    const claim = message.kind === 'message' ? `process:${processId}` : `subscription:${subscriptionKey}`
    if (!this.#claim(messageKey, claim)) return
    const { variables } = message
    this.#to.commit(instanceKey, {
      type: 'trigger-subscription',
      subscriptionKey,
      source: messageKey,
      variables,
    })
  }

  #meetStarts(messageKey: Key, definition: Definition): void {
    const message = this.#to.tables.messages.get(messageKey)
    if (message === undefined) return
    const { processId } = definition.graph.program
    for (const { id, trigger } of triggeredStarts(definition)) {
      if (!alternatives(trigger).some((each) => isMetBy(each, message))) continue
      const startKey = message.correlationKey === '' ? undefined : message.correlationKey
      if (startKey !== undefined && this.#to.isTaken(processId, startKey)) continue
      const claim = message.kind === 'message' ? `process:${processId}` : `start:${definition.key}:${id}`
      if (!this.#claim(messageKey, claim)) continue
      const { variables } = message
      this.#to.start({
        definition,
        startElement: id,
        variables,
        ...(startKey === undefined ? {} : { startKey }),
      })
    }
  }

  #claim(messageKey: Key, claim: string): boolean {
    const claims = this.#claims.get(messageKey) ?? new Set()
    this.#claims.set(messageKey, claims)
    if (claims.has(claim)) return false
    claims.add(claim)
    return true
  }
}
