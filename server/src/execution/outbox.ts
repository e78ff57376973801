/**
 * Commands between instances: calls, their answers and cancellations. A row written with the cause is delivered after
 * the commit, by the node that wrote it, or by any node when that one stopped; the commit that answers removes it.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { Command } from '@braid/core/engine/command.ts'
import type { OutboxRow } from '@braid/core/engine/rows.ts'
import type { ExecutionStore } from '../store/port.ts'
import type { Clock } from './clock.ts'
import type { Outcome, SubmitOptions } from './commit-loop.ts'

export type Outbox = {
  deliver(row: OutboxRow): void
  /** Delivers what nobody did. */
  sweep(): Promise<void>
}

export type OutboxDependencies = {
  readonly store: Pick<ExecutionStore, 'findDefinition' | 'pendingOutbox' | 'removeOutbox'>
  readonly clock: Clock
  readonly submit: (instanceKey: Key, command: Command, options?: SubmitOptions) => Promise<Outcome>
  readonly onTrouble: (error: unknown) => void
}

/** A row this old was left by a node that stopped. */
const abandonedAfterMs = 5_000
const pageSize = 500

export function createOutbox({ store, clock, submit, onTrouble }: OutboxDependencies): Outbox {
  const underway = new Map<Key, Promise<void>>()

  const resolveCall = async (
    row: OutboxRow,
  ): Promise<{ readonly target: Key; readonly command: Command }> => {
    if (row.command.type !== 'call') return { target: row.target, command: row.command }
    const { create, ...query } = row.command
    const definitionKey = await store.findDefinition(query)
    if (definitionKey !== undefined) return { target: row.target, command: { ...create, definitionKey } }
    const { parent } = create
    if (parent === undefined) throw new Error(`call ${row.key} has no caller`)
    const message = `expected a deployed process '${query.processId}' to call (binding ${query.binding})`
    return {
      target: parent.instanceKey,
      command: {
        type: 'receive-outcome',
        childKey: create.key,
        elementInstanceKey: parent.elementInstanceKey,
        outcome: { kind: 'refused', message },
      },
    }
  }

  const attempt = async (row: OutboxRow, swept: boolean): Promise<void> => {
    const { target, command } = await resolveCall(row)
    const outcome = await submit(target, command, { delivered: row.key })
    if (outcome.ok) return
    // It may have overtaken the call that makes its target. A sweep does both in their order.
    if (command.type === 'cancel-instance' && !swept) return
    // The target is gone or was there before: nothing is left to do.
    await store.removeOutbox([row.key])
  }

  const deliver = (row: OutboxRow, swept: boolean): Promise<void> => {
    const known = underway.get(row.key)
    if (known !== undefined) return known
    const delivery = attempt(row, swept).finally(() => underway.delete(row.key))
    underway.set(row.key, delivery)
    return delivery
  }

  return {
    deliver: (row) => {
      deliver(row, false).catch(onTrouble)
    },
    sweep: async () => {
      const rows = await store.pendingOutbox({ before: clock.now() - abandonedAfterMs, max: pageSize })
      const last = new Map<Key, Promise<void>>()
      for (const row of rows) {
        const before = last.get(row.target) ?? Promise.resolve()
        last.set(
          row.target,
          before.then(() => deliver(row, true)),
        )
      }
      await Promise.all(last.values())
    },
  }
}
