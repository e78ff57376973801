-- Running and ended instances, and their log. This is the hot path: every commit updates one instance row and adds
-- one history row, so each index here is paid for 11 times by a process of ten tasks.

-- An update stays on its page (HOT) as long as no indexed column changes and the page has room: hence the low
-- fillfactor, and no index on version, state or ended_at.
create table instance (
  key bigint primary key,
  version int not null,
  definition_key bigint not null,
  process_id text not null,
  status text not null check (status in ('active', 'completed', 'terminated')),
  business_id text,
  start_key text,
  parent_instance_key bigint,
  parent_element_instance_key bigint,
  incidents int not null,
  holder bigint,
  state text not null,
  created_at bigint not null,
  ended_at bigint
) with (
  fillfactor = 40,
  autovacuum_vacuum_scale_factor = 0.05,
  autovacuum_vacuum_insert_scale_factor = 0.2,
  autovacuum_analyze_scale_factor = 0.1
);
-- A process started by a message has one active instance per correlation key.
create unique index instance_start_key on instance (process_id, start_key)
  where status = 'active' and start_key is not null;
-- Whether an instance kept a message from starting another until the message expired.
create index instance_started_by on instance (process_id, start_key) where start_key is not null;
-- Counts of running instances, and the instances a lost node held: one small index for both.
create index instance_active on instance (holder, definition_key) where status = 'active';
-- Incidents are rare, so leaving this index out of an update is too.
create index instance_incidents on instance (key) where incidents > 0;
create index instance_created on instance (created_at, key);
create index instance_definition on instance (definition_key, key);
create index instance_parent on instance (parent_instance_key) where parent_instance_key is not null;
create index instance_business on instance (business_id, key) where business_id is not null;

-- One row per instance and commit; events is a JSON array, kept as text because SQL never looks inside.
-- Not partitioned by time: routing costs 13 % of a commit, and an instance that runs for months must keep its log,
-- so a partition could not be dropped by age alone. Retention deletes by instance instead.
create table history (
  instance_key bigint not null,
  version int not null,
  at bigint not null,
  events text not null,
  primary key (instance_key, version)
) with (autovacuum_vacuum_insert_scale_factor = 0.5);

-- Current variables, one row per scope and name; value is JSON text.
create table variable (
  key bigint generated always as identity (cache 64),
  scope_key bigint not null,
  name text not null,
  value text not null,
  instance_key bigint not null,
  primary key (scope_key, name)
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
create unique index variable_key on variable (key);
create index variable_instance on variable (instance_key);
-- Search by value: equality of the beginning by index, of the whole by the row. A whole value may not fit an index.
create index variable_value on variable (name, left(value, 64));
