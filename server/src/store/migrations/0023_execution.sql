-- Runs of scripts that somebody asked for. Each waits as a row of `dag_run` and then is an instance, both of the same
-- key: what is here is what to run, and how it went.
create table execution (
  key bigint primary key,
  -- Account, and name as shown.
  owner_id bigint,
  owner text not null,
  state text not null check (state in
    ('QUEUED', 'RUNNING', 'COMPLETED', 'TIMED_OUT', 'OUT_OF_MEMORY', 'CANCELED', 'FAILED')),
  language text not null,
  version text not null,
  source text not null,
  stdin text not null,
  -- JSON.
  input text not null,
  timeout_ms int not null,
  priority text not null,
  script_key bigint,
  script_version int,
  script_name text,
  retry_of bigint,
  idempotency_key text,
  request_hash text,
  created_at bigint not null,
  started_at bigint,
  ended_at bigint,
  attempt int not null default 0,
  isolation text,
  exit_code int,
  message text,
  wall_ms bigint,
  cpu_ms bigint,
  peak_memory_bytes bigint,
  output_bytes bigint,
  -- JSON.
  result text
) with (fillfactor = 70);
create unique index execution_idempotency on execution (owner_id, idempotency_key) where idempotency_key is not null;
create index execution_owner on execution (owner_id, key);
create index execution_script on execution (script_key, key) where script_key is not null;
create index execution_open on execution (key) where state in ('QUEUED', 'RUNNING');

-- What a node can run scripts in, as JSON.
create table script_node (
  node_id bigint primary key references node (id) on delete cascade,
  offer text not null
);

-- Of one user, runs that may be started at once; then users take turns. Null: no bound, and no turns.
alter table dag_run add column max_per_user int;
create index dag_run_line on dag_run (dag_id, started_by, priority desc, key) where state = 'queued';

-- What scripts write. `value` of both: how many bytes were left out before it.
alter table task_output drop constraint task_output_kind_check;
alter table task_output add constraint task_output_kind_check
  check (kind in ('log', 'value', 'progress', 'stdout', 'stderr'));
