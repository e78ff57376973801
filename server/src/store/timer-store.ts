/** Timers that are due. `available_at` is the due time, or the end of a node's claim while it fires the timer. */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from './database.ts'
import type { DueTimer, ExecutionStore } from './port.ts'

type TimerRow = {
  readonly key: number
  readonly due: number
  readonly instance_key: number | null
  readonly definition_key: number
  readonly element: string
  readonly repetitions: number | null
  readonly cycle: string | null
}

const toDueTimer = (row: TimerRow): DueTimer => ({
  key: row.key as Key,
  due: row.due,
  ...(row.instance_key === null ? {} : { instanceKey: row.instance_key as Key }),
  definitionKey: row.definition_key as Key,
  element: row.element,
  ...(row.repetitions === null ? {} : { repetitions: row.repetitions }),
  ...(row.cycle === null ? {} : { cycle: row.cycle }),
})

export async function claimTimers(
  database: Database,
  request: Parameters<ExecutionStore['claimTimers']>[0],
): Promise<readonly DueTimer[]> {
  const rows = await database.run<TimerRow>({
    name: 'claim-timers',
    text: `
      with ready as materialized (
        select key from timer
        where available_at <= $1
        order by available_at
        limit $2
        for update skip locked
      )
      update timer t
      set available_at = $3
      from ready
      where t.key = ready.key
      returning t.key, t.due, t.instance_key, t.definition_key, t.element, t.repetitions, t.cycle`,
    values: [request.now, request.max, request.claimUntil],
  })
  return rows.map(toDueTimer).sort((a, b) => a.due - b.due || a.key - b.key)
}

export async function nextTimer(database: Database): Promise<Instant | undefined> {
  const rows = await database.run<{ available_at: number }>({
    name: 'next-timer',
    text: 'select available_at from timer order by available_at limit 1',
  })
  return rows[0]?.available_at
}

export async function moveStartTimer(
  database: Database,
  key: Key,
  next: { readonly due: Instant; readonly repetitions: number },
): Promise<void> {
  await database.run({
    name: 'move-start-timer',
    text: `
      update timer set due = $2, available_at = $2, repetitions = $3
      where key = $1 and instance_key is null`,
    values: [key, next.due, next.repetitions],
  })
}

export async function removeStartTimer(database: Database, key: Key): Promise<void> {
  await database.run({
    name: 'remove-start-timer',
    text: 'delete from timer where key = $1 and instance_key is null',
    values: [key],
  })
}
