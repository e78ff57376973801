-- What tasks of applications gave, by their input, until it expires.
create table task_cache (
  task text not null,
  -- SHA-256 of the canonical JSON of the input.
  input_hash bytea not null,
  output text not null,
  expires_at bigint not null,
  primary key (task, input_hash)
);
create index task_cache_expiry on task_cache (expires_at);

-- Job types of which only so many jobs run at once, on all nodes together; types of one class share the bound.
create table task_class (
  job_type text primary key,
  class text not null,
  max_running int not null check (max_running > 0)
);
create index task_class_class on task_class (class);

-- Records of the models of applications.
create table application_record (
  key bigint generated always as identity unique,
  application text not null,
  model text not null,
  id text not null,
  label text not null,
  data jsonb not null,
  version int not null,
  created_at bigint not null,
  updated_at bigint not null,
  primary key (application, model, id)
);
create index application_record_data on application_record using gin (data jsonb_path_ops);
create index application_record_label on application_record (application, model, label, key);
create index application_record_updated on application_record (application, model, updated_at, key);

-- How an application connects to its own schema; its role can reach nothing else.
create table application_role (
  application text primary key,
  role text not null,
  password text not null
);
