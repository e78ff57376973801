-- What a node does, and has in hand now.
alter table node
  add column mode text not null default 'ALL',
  add column tags text[] not null default '{}',
  add column job_types text[] not null default '{}',
  add column running int not null default 0;

-- Programs that take jobs over the API, by the types that they asked for lately.
create table worker (
  name text not null,
  job_type text not null,
  seen_at bigint not null,
  primary key (name, job_type)
);
create index worker_seen on worker (seen_at);
