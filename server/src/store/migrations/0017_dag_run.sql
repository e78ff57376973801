-- Runs of DAGs that somebody asked for, each also a process instance of the same key once it is started. Runs that
-- another run calls are instances alone.
create table dag_run (
  key bigint primary key,
  definition_key bigint not null,
  dag_id text not null,
  -- `started`: it is, or is about to be, an instance that has not ended as far as this row knows.
  state text not null check (state in ('queued', 'started', 'ended', 'canceled')),
  trigger text not null check (trigger in ('manual', 'schedule', 'backfill', 'rerun')),
  priority int not null,
  -- Runs of the DAG that may be started at once; null without bound.
  max_active int,
  started_by text,
  variant text,
  schedule_key bigint,
  scheduled_for bigint,
  rerun_of bigint,
  rerun_from text,
  business_id text,
  -- What the instance begins with: its variables, and where, both JSON. A null `begin` is the start.
  variables text not null,
  begin text,
  created_at bigint not null,
  -- By the time of the host, when a node took it to start it.
  claimed_at bigint
) with (fillfactor = 80);
create index dag_run_queued on dag_run (dag_id, priority desc, key) where state = 'queued';
create index dag_run_started on dag_run (dag_id, key) where state = 'started';
create index dag_run_waiting on dag_run (key) where state in ('queued', 'started', 'canceled');
create index dag_run_schedule on dag_run (schedule_key, key) where schedule_key is not null;
