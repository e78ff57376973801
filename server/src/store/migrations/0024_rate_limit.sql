-- Rate limits, what users may do beside them, and since when their counters count.

create table rate_limit (
  key bigint generated always as identity primary key,
  name text not null,
  -- Either a tag, or the beginning of a path.
  tag text,
  path_prefix text,
  method text,
  algorithm text not null check (algorithm in ('sliding-window', 'token-bucket')),
  max_requests int not null,
  window_seconds int not null,
  burst int,
  enabled boolean not null,
  priority int not null,
  created_at bigint not null,
  updated_at bigint not null,
  check ((tag is null) <> (path_prefix is null))
);
create unique index rate_limit_name on rate_limit (lower(name));

create table rate_limit_override (
  user_id bigint primary key references user_account on delete cascade,
  mode text not null check (mode in ('bypass', 'multiplier', 'limit')),
  multiplier double precision,
  max_requests int,
  -- Null: all of them.
  rate_limit_key bigint references rate_limit on delete cascade,
  updated_at bigint not null
);
create index rate_limit_override_rate_limit on rate_limit_override (rate_limit_key);

-- One row: the number of the last change, by which nodes see that there was one.
create table rate_limit_state (
  id boolean primary key default true check (id),
  version bigint not null,
  -- Counters begin anew with the change of that number.
  reset_version bigint not null
);
insert into rate_limit_state (version, reset_version) values (0, 0);

create table rate_limit_reset (
  user_id bigint primary key references user_account on delete cascade,
  version bigint not null
);

insert into rate_limit
  (name, path_prefix, method, algorithm, max_requests, window_seconds, burst, enabled, priority, created_at, updated_at)
select rule.*, now.ms, now.ms
from (
  values
    ('Run scripts', '/execute', 'POST', 'token-bucket', 60, 60, 60, true, 100),
    ('Retry scripts', '/executions/{executionKey}/retry', 'POST', 'token-bucket', 60, 60, 60, true, 100),
    ('Sign in', '/session', 'POST', 'sliding-window', 300, 60, null, true, 100),
    ('Everything else', '/', null, 'token-bucket', 6000, 60, 1000, false, 0)
) as rule, lateral (select (extract(epoch from now()) * 1000)::bigint as ms) as now;
