-- Decisions. The requirements are a file with all its decisions; they are deployed together, each with a version of its
-- own per id.

create table decision_requirements (
  key bigint primary key,
  requirements_id text not null,
  version int not null,
  name text not null,
  resource_name text not null,
  xml text not null,
  model text not null,
  checksum text not null,
  deployment_key bigint not null references deployment (key),
  deployed_at bigint not null,
  is_latest boolean not null,
  unique (requirements_id, version)
);
create unique index decision_requirements_latest on decision_requirements (requirements_id) where is_latest;

create table decision (
  key bigint primary key,
  decision_id text not null,
  version int not null,
  version_tag text,
  name text not null,
  requirements_key bigint not null references decision_requirements (key) on delete cascade,
  deployment_key bigint not null references deployment (key),
  is_latest boolean not null,
  unique (decision_id, version)
);
create unique index decision_latest on decision (decision_id) where is_latest;
create index decision_requirements_key on decision (requirements_key);

-- What was evaluated, one row per decision of an evaluation, `position` from 1. Names and versions are copies: they
-- outlive the definition.
create table decision_instance (
  key bigint primary key,
  evaluation_key bigint not null,
  position int not null,
  decision_key bigint not null,
  decision_id text not null,
  decision_name text not null,
  decision_version int not null,
  decision_type text not null,
  requirements_key bigint not null,
  requirements_id text not null,
  root_decision_key bigint not null,
  instance_key bigint,
  element_instance_key bigint,
  definition_key bigint,
  process_id text,
  state text not null check (state in ('EVALUATED', 'FAILED')),
  failure text,
  evaluated_at bigint not null,
  result text not null,
  -- JSON texts.
  inputs text not null,
  matched_rules text not null
);
create index decision_instance_evaluation on decision_instance (evaluation_key);
create index decision_instance_instance on decision_instance (instance_key) where instance_key is not null;
create index decision_instance_decision on decision_instance (decision_id, key);
