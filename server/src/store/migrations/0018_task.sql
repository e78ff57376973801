-- How often somebody took a job, with the time that it was taken now.
alter table job add column attempt int not null default 0;

-- Of jobs of DAGs, each time that somebody took one from a row or held it when it got one. What a node did from memory
-- alone is in the log. A null `started_at`: since the job was made.
create table task_attempt (
  job_key bigint not null,
  attempt int not null,
  instance_key bigint not null,
  -- The element instance.
  task_key bigint not null,
  worker text not null,
  started_at bigint,
  primary key (job_key, attempt)
);
create index task_attempt_instance on task_attempt (instance_key, task_key);

-- What tasks say while they run, counted per instance. The head is locked by whoever adds, so that what is read after a
-- number never lacks a smaller one.
create table task_output_head (
  instance_key bigint primary key,
  last bigint not null
) with (fillfactor = 50);
create table task_output (
  instance_key bigint not null,
  sequence bigint not null,
  at bigint not null,
  task_key bigint not null,
  element text not null,
  attempt int not null,
  kind text not null check (kind in ('log', 'value', 'progress')),
  level text,
  message text,
  progress double precision,
  value text,
  primary key (instance_key, sequence)
);
create table task_report (
  task_key bigint primary key,
  instance_key bigint not null,
  -- Said in all, stored or not.
  entries int not null,
  progress double precision,
  message text
) with (fillfactor = 50);
create index task_report_instance on task_report (instance_key);
