-- What was deployed. Keys and times (milliseconds since 1970) are bigint everywhere: half the size of their text
-- and cheaper to compare and to read than timestamptz.

create sequence key_sequence as bigint minvalue 1 maxvalue 9007199254740991;

create table deployment (
  key bigint primary key,
  deployed_at bigint not null
);

create table definition (
  key bigint primary key,
  process_id text not null,
  version int not null,
  name text,
  version_tag text,
  resource_name text not null,
  xml text not null,
  program text not null,
  checksum text not null,
  deployment_key bigint not null references deployment (key),
  deployed_at bigint not null,
  is_latest boolean not null,
  -- Of the start event without trigger.
  start_form_id text,
  unique (process_id, version)
);
create unique index definition_latest on definition (process_id) where is_latest;
create index definition_version_tag on definition (process_id, version_tag) where version_tag is not null;
create index definition_deployment on definition (deployment_key);

create table resource (
  key bigint primary key,
  resource_id text not null,
  version int not null,
  version_tag text,
  resource_name text not null,
  content text not null,
  checksum text not null,
  deployment_key bigint not null references deployment (key),
  deployed_at bigint not null,
  is_latest boolean not null,
  unique (resource_id, version)
);
create unique index resource_latest on resource (resource_id) where is_latest;
create index resource_deployment on resource (deployment_key);

-- Start events of the latest version of each process that wait for a message or signal.
create table start_subscription (
  definition_key bigint not null references definition (key),
  element text not null,
  process_id text not null,
  kind text not null check (kind in ('message', 'signal')),
  name text not null,
  opened_at bigint not null,
  primary key (definition_key, element)
);
create index start_subscription_name on start_subscription (name, kind);
create index start_subscription_process on start_subscription (process_id);
