-- One thing to do to many instances, and each of them. Nodes take items for a while, earliest first.
create table batch_operation (
  key bigint primary key,
  type text not null,
  -- What is done to an item, as JSON.
  plan text not null,
  state text not null check (state in ('ACTIVE', 'SUSPENDED', 'COMPLETED', 'CANCELED')),
  actor text not null,
  total int not null,
  completed int not null,
  failed int not null,
  started_at bigint not null,
  ended_at bigint
);
create index batch_operation_started on batch_operation (started_at, key);

create table batch_operation_item (
  id bigint generated always as identity primary key,
  batch_key bigint not null references batch_operation (key) on delete cascade,
  -- The instance, incident or job.
  item_key bigint not null,
  instance_key bigint not null,
  job_key bigint,
  state text not null check (state in ('ACTIVE', 'COMPLETED', 'FAILED', 'CANCELED')),
  -- When a node may take it, or the end of the time for which one did.
  available_at bigint not null,
  processed_at bigint,
  message text,
  unique (batch_key, item_key)
) with (fillfactor = 80);
create index batch_operation_item_open on batch_operation_item (batch_key, available_at) where state = 'ACTIVE';
create index batch_operation_item_instance on batch_operation_item (instance_key);
