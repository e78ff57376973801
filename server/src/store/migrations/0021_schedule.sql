-- When runs begin by themselves, and each time that one began or will.
create table schedule (
  key bigint primary key,
  name text not null,
  -- The id of a DAG or process; its latest version is run.
  definition_id text not null,
  kind text not null check (kind in ('dag', 'process')),
  -- 'definition': a DAG says it, and its deployment changes it.
  origin text not null check (origin in ('definition', 'user')),
  -- As written, as JSON.
  timing text not null,
  -- What intervals keep the beat of.
  anchor bigint not null,
  input text,
  variant text,
  paused boolean not null,
  -- The next time that is not yet among its runs; null when none follows.
  next_time bigint,
  -- Counts changes, so that a node that read it before one does not act on it.
  revision int not null,
  created_at bigint not null,
  created_by text not null,
  unique (definition_id, origin, name)
);
create index schedule_next on schedule (next_time) where not paused;

-- A time has one row, and a row has one run: its key is fixed before it is started, so that starting it again, after a
-- crash, starts nothing.
create table schedule_run (
  schedule_key bigint not null references schedule (key) on delete cascade,
  scheduled_for bigint not null,
  run_key bigint not null,
  backfill boolean not null,
  state text not null check (state in ('PENDING', 'STARTED', 'SKIPPED', 'FAILED')),
  -- By the clock of the engine.
  begins_at bigint not null,
  -- By the host's clock: the end of the time for which a node has it.
  taken_until bigint not null,
  settled_at bigint,
  -- Why it failed.
  message text,
  primary key (schedule_key, scheduled_for)
) with (fillfactor = 80);
create index schedule_run_pending on schedule_run (backfill, begins_at) where state = 'PENDING';
