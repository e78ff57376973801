/** The parts that decide whether an instance is stored, and its log. */
import type { Claim, InstanceCommit } from '../port.ts'
import { bigint, definePart, int, type Owned, ofStored, owned, type PreparedCommit, text } from './part.ts'

const keep = (batch: readonly PreparedCommit[], test: (commit: InstanceCommit) => boolean) =>
  batch.map((prepared) => prepared.commit).filter(test)

/** Claims that an earlier commit holds; a concurrent one makes the insert below fail, and with it the statement. */
const claims = definePart<Owned<Claim>>({
  name: 'claims',
  collect: (batch) => owned(batch, ({ commit }) => commit.claims),
  columns: {
    instance_key: bigint(({ commit }) => commit.key),
    source: bigint(({ row }) => row.source),
    claim: text(({ row }) => row.claim),
    at: bigint(({ commit }) => commit.at),
  },
  text: ({ rows }) => `
    wanted as materialized (select * from ${rows}),
    taken as materialized (
      select r.instance_key
      from wanted r join correlation c on c.source = r.source and c.claim = r.claim
    ),
    claims as (
      insert into correlation (source, claim, instance_key, at)
      select r.source, r.claim, r.instance_key, r.at from wanted r where ${ofStored}
    )`,
})

const notTaken = (present: ReadonlySet<string>): string =>
  present.has('claims') ? 'and (r.key in (select instance_key from taken)) is not true' : ''

/** The version guard (C1): the row lock makes a concurrent commit wait, then see that the version moved. */
const updates = definePart<InstanceCommit>({
  name: 'updates',
  collect: (batch) => keep(batch, (commit) => commit.baseVersion !== 0),
  columns: {
    key: bigint((commit) => commit.key),
    base: int((commit) => commit.baseVersion),
    version: int((commit) => commit.version),
    status: text((commit) => commit.status),
    incidents: int((commit) => commit.incidents),
    suspended: int((commit) => Number(commit.suspended)),
    definition_key: bigint((commit) => (commit.migrated === true ? commit.definitionKey : null)),
    process_id: text((commit) => (commit.migrated === true ? commit.processId : null)),
    holder: bigint((commit) => commit.holder),
    state: text((commit) => commit.state),
    at: bigint((commit) => commit.at),
    events: text((commit) => JSON.stringify(commit.events)),
  },
  text: ({ rows, present }) => `
    updates as (
      update instance i
      set version = r.version, status = r.status, incidents = r.incidents, suspended = r.suspended = 1,
        definition_key = coalesce(r.definition_key, i.definition_key),
        process_id = coalesce(r.process_id, i.process_id),
        holder = r.holder, state = r.state,
        ended_at = case when r.status <> 'active' then r.at end
      from ${rows}
      where i.key = r.key and i.version = r.base ${notTaken(present)}
      returning r.key, r.version, r.at, r.events
    ),
    updates_history as (
      insert into history (instance_key, version, at, events)
      select key, version, at, events from updates
    )`,
})

/** New instances; one that exists, or whose start key an active one has, is left out. */
const creations = definePart<InstanceCommit>({
  name: 'creations',
  collect: (batch) => keep(batch, (commit) => commit.baseVersion === 0),
  columns: {
    key: bigint((commit) => commit.key),
    version: int((commit) => commit.version),
    definition_key: bigint((commit) => commit.definitionKey),
    process_id: text((commit) => commit.processId),
    status: text((commit) => commit.status),
    business_id: text((commit) => commit.businessId ?? null),
    start_key: text((commit) => commit.startKey ?? null),
    parent_instance_key: bigint((commit) => commit.parent?.instanceKey ?? null),
    parent_element_instance_key: bigint((commit) => commit.parent?.elementInstanceKey ?? null),
    incidents: int((commit) => commit.incidents),
    holder: bigint((commit) => commit.holder),
    state: text((commit) => commit.state),
    at: bigint((commit) => commit.at),
    events: text((commit) => JSON.stringify(commit.events)),
  },
  text: ({ rows, present }) => `
    fresh as materialized (select * from ${rows}),
    creations as (
      insert into instance (key, version, definition_key, process_id, status, business_id, start_key,
        parent_instance_key, parent_element_instance_key, incidents, holder, state, created_at, ended_at)
      select r.key, r.version, r.definition_key, r.process_id, r.status, r.business_id, r.start_key,
        r.parent_instance_key, r.parent_element_instance_key, r.incidents, r.holder, r.state, r.at,
        case when r.status <> 'active' then r.at end
      from fresh r
      where true ${notTaken(present)}
      on conflict do nothing
      returning key
    ),
    creations_history as (
      insert into history (instance_key, version, at, events)
      select r.key, r.version, r.at, r.events from fresh r
      where (r.key in (select key from creations)) is true
    )`,
})

export const instanceParts = { claims, updates, creations } as const
