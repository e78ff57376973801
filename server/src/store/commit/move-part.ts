/** The part for a migration: rows that belong to another element, of another definition, from now on. */
import type { RowMove } from '../net-rows.ts'
import { bigint, definePart, type Owned, ofStored, owned, text } from './part.ts'

const tables = {
  job: 'job',
  'user-task': 'user_task',
  timer: 'timer',
  subscription: 'subscription',
  incident: 'incident',
} as const satisfies Readonly<Record<RowMove['kind'], string>>

const updates = Object.entries(tables).map(
  ([kind, table]) => `
    moved_${table} as (
      update ${table} t
      set element = m.element, definition_key = m.definition_key, process_id = m.process_id
      from moves m
      where m.kind = '${kind}' and t.key = m.key
    )`,
)

const moves = definePart<Owned<RowMove>>({
  name: 'moves',
  collect: (batch) => owned(batch, ({ net }) => net.moves),
  columns: {
    key: bigint(({ row }) => row.key),
    instance_key: bigint(({ commit }) => commit.key),
    kind: text(({ row }) => row.kind),
    element: text(({ row }) => row.element),
    definition_key: bigint(({ commit }) => commit.definitionKey),
    process_id: text(({ commit }) => commit.processId),
  },
  text: ({ rows }) => `
    moves as materialized (select * from ${rows} where ${ofStored}),${updates.join(',')}`,
})

export const moveParts = { moves } as const
