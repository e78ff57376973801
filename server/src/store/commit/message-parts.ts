/** The parts for what leaves an instance: messages, signals, and commands to other instances. */
import type { Key } from '@braid/core/base/key.ts'
import type { MessageRow, OutboxRow } from '@braid/core/engine/rows.ts'
import { bigint, definePart, type Owned, ofStored, owned, text } from './part.ts'

/** An expired message gives its id back first; a message whose id is in the buffer is dropped. */
const insertMessages = definePart<Owned<MessageRow>>({
  name: 'insert_messages',
  collect: (batch) => owned(batch, ({ net }) => net.messages),
  columns: {
    instance_key: bigint(({ commit }) => commit.key),
    key: bigint(({ row }) => row.key),
    kind: text(({ row }) => row.kind),
    name: text(({ row }) => row.name),
    correlation_key: text(({ row }) => row.correlationKey ?? ''),
    message_id: text(({ row }) => row.messageId ?? null),
    variables: text(({ row }) => JSON.stringify(row.variables)),
    time_to_live_ms: bigint(({ row }) => row.timeToLiveMs),
    published_at: bigint(({ commit }) => commit.at),
    thrown_by: bigint(({ row }) => row.thrownBy ?? null),
  },
  text: ({ rows }) => `
    sent as materialized (select * from ${rows} where ${ofStored}),
    released as (
      update message m set message_id = null
      from sent r
      where m.name = r.name and m.correlation_key = r.correlation_key and m.message_id = r.message_id
        and m.expires_at <= r.published_at
      returning 1
    ),
    insert_messages as (
      insert into message (key, kind, name, correlation_key, message_id, variables, time_to_live_ms, published_at,
        expires_at, thrown_by)
      select r.key, r.kind, r.name, r.correlation_key, r.message_id, r.variables, r.time_to_live_ms, r.published_at,
        r.published_at + r.time_to_live_ms, r.thrown_by
      from sent r
      where (select count(*) from released) >= 0
      on conflict do nothing
    )`,
})

const insertOutbox = definePart<Owned<OutboxRow>>({
  name: 'insert_outbox',
  collect: (batch) => owned(batch, ({ net }) => net.outbox),
  columns: {
    key: bigint(({ row }) => row.key),
    instance_key: bigint(({ commit }) => commit.key),
    target: bigint(({ row }) => row.target),
    command: text(({ row }) => JSON.stringify(row.command)),
    written_at: bigint(({ commit }) => commit.at),
  },
  text: ({ rows }) => `
    insert_outbox as (
      insert into outbox (key, instance_key, target, command, written_at)
      select r.* from ${rows} where ${ofStored}
    )`,
})

const deleteOutbox = definePart<Owned<Key>>({
  name: 'delete_outbox',
  collect: (batch) => owned(batch, ({ commit }) => commit.delivered),
  columns: { key: bigint(({ row }) => row), instance_key: bigint(({ commit }) => commit.key) },
  text: ({ rows }) => `
    delete_outbox as (
      delete from outbox o using ${rows} where o.key = r.key and ${ofStored}
    )`,
})

export const messageParts = { insertMessages, insertOutbox, deleteOutbox } as const
