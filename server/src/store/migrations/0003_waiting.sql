-- What instances wait for, and what waits for instances. Rows come and go quickly, so vacuum follows closely.

create table job (
  key bigint primary key,
  instance_key bigint not null,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint not null,
  element text not null,
  job_type text not null,
  retries int not null,
  -- Not offered before: the end of a back-off, or of the lease of `worker`.
  available_at bigint not null,
  worker text,
  message text,
  created_at bigint not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
create index job_available on job (job_type, available_at) where retries > 0;
create index job_instance on job (instance_key);
create index job_element_instance on job (element_instance_key);

create table timer (
  key bigint primary key,
  -- Null for a timer that starts instances.
  instance_key bigint,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint,
  element text not null,
  due bigint not null,
  -- The due time, or the end of a node's claim.
  available_at bigint not null,
  repetitions int,
  cycle text
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
create index timer_available on timer (available_at);
create index timer_instance on timer (instance_key) where instance_key is not null;
create index timer_start on timer (process_id) where instance_key is null;

create table subscription (
  key bigint primary key,
  kind text not null check (kind in ('message', 'signal')),
  instance_key bigint not null,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint not null,
  element text not null,
  name text not null,
  -- Empty for signals, so that one index serves both.
  correlation_key text not null,
  opened_at bigint not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
create index subscription_name on subscription (name, correlation_key);
create index subscription_instance on subscription (instance_key);

-- Buffered messages, and signals until they have met what was waiting.
create table message (
  key bigint primary key,
  kind text not null check (kind in ('message', 'signal')),
  name text not null,
  -- Empty for signals.
  correlation_key text not null,
  message_id text,
  variables text not null,
  time_to_live_ms bigint not null,
  published_at bigint not null,
  expires_at bigint not null,
  -- The instance that threw a signal: it has heard it already.
  thrown_by bigint
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
create index message_name on message (name, correlation_key);
create index message_expiry on message (expires_at);
-- Cleared when the message expires, so that its id can be used again.
create unique index message_unique_id on message (name, correlation_key, message_id) where message_id is not null;

-- What was done for good, e.g. "message 7 has reached process p".
create table correlation (
  source bigint not null,
  claim text not null,
  instance_key bigint not null,
  at bigint not null,
  primary key (source, claim)
);
create index correlation_at on correlation (at);

create table outbox (
  key bigint primary key,
  instance_key bigint not null,
  target bigint not null,
  command text not null,
  written_at bigint not null
) with (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000);
create index outbox_written on outbox (written_at);

create table user_task (
  key bigint primary key,
  instance_key bigint not null,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint not null,
  element text not null,
  name text,
  form_id text,
  external_form_reference text,
  assignee text,
  candidate_users text[] not null,
  candidate_groups text[] not null,
  due_date bigint,
  follow_up_date bigint,
  priority int not null,
  state text not null check (state in ('CREATED', 'COMPLETED', 'CANCELED')),
  created_at bigint not null,
  ended_at bigint
) with (fillfactor = 80);
create index user_task_created on user_task (created_at, key);
create index user_task_open on user_task (assignee, key) where state = 'CREATED';
create index user_task_instance on user_task (instance_key);
create index user_task_element_instance on user_task (element_instance_key);

create table incident (
  key bigint primary key,
  instance_key bigint not null,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint not null,
  element text not null,
  job_key bigint,
  incident_type text not null,
  message text not null,
  raised_at bigint not null,
  resolved_at bigint
) with (fillfactor = 80);
create index incident_raised on incident (raised_at, key);
create index incident_open on incident (key) where resolved_at is null;
create index incident_instance on incident (instance_key);
