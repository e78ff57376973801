-- Who may use the server: people, their sessions, keys of programs; and what they did.

create table user_account (
  id bigint generated always as identity primary key,
  username text not null unique,
  display_name text not null,
  -- Permissions such as 'process-instance:read', or '*'.
  grants text[] not null
);

insert into user_account (username, display_name, grants) values ('admin', 'Administrator', '{*}');

-- Secrets are stored as SHA-256: they are long and random, so nobody finds one by guessing.
create table sign_in_link (
  token_hash bytea primary key,
  user_id bigint not null references user_account on delete cascade,
  expires_at bigint not null
);

create table session (
  id_hash bytea primary key,
  user_id bigint not null references user_account on delete cascade,
  created_at bigint not null,
  -- Moves on with use, up to a fixed time after created_at.
  expires_at bigint not null
);
create index session_expiry on session (expires_at);

create table api_key (
  id bigint generated always as identity primary key,
  name text not null,
  secret_hash bytea not null unique,
  grants text[] not null,
  created_at bigint not null,
  created_by text not null,
  expires_at bigint,
  last_used_at bigint,
  revoked_at bigint
);

create table audit (
  id bigint generated always as identity primary key,
  at bigint not null,
  actor_kind text not null,
  actor text not null,
  operation text not null,
  -- Key of what was changed, where there is one.
  target text,
  request_id text not null
);
create index audit_at on audit (at);

create table setting (
  name text primary key,
  value text not null,
  updated_at bigint not null,
  updated_by text not null
);
