-- People with passwords and roles; sessions that can be told apart; API keys of who made them; saved scripts.

alter table user_account
  add column email text,
  add column role text not null default 'user',
  -- '$scrypt$ln=<log2 N>,r=<r>,p=<p>$<salt>$<hash>'; without one only a link signs the person in.
  add column password_hash text,
  add column created_at bigint not null default extract(epoch from now()) * 1000,
  add column last_signed_in_at bigint;
update user_account set role = 'administrator' where '*' = any (grants);
alter table user_account
  drop column grants,
  drop constraint user_account_username_key,
  alter column role drop default,
  alter column created_at drop default,
  add constraint user_account_role_check check (role in ('administrator', 'operator', 'developer', 'user'));
create unique index user_account_username on user_account (lower(username));
create unique index user_account_email on user_account (lower(email));

-- Sessions are told apart by a number: the hash of their secret goes out to nobody.
alter table session
  add column id bigint generated always as identity,
  add column user_agent text,
  add column address text;
create unique index session_id on session (id);
create index session_user_id on session (user_id);

-- A key may never do more than who made it, and ends with them.
alter table api_key add column user_id bigint references user_account on delete cascade;
update api_key set user_id = coalesce(
  (select id from user_account where username = created_by),
  (select id from user_account where username = 'admin'));
alter table api_key alter column user_id set not null;
create index api_key_user_id on api_key (user_id);

create table script (
  key bigint primary key,
  -- Null: a shared script whose owner is gone.
  owner_id bigint references user_account on delete set null,
  shared boolean not null,
  -- The newest one.
  version int not null,
  created_at bigint not null,
  updated_at bigint not null
);
create index script_owner on script (owner_id);
create index script_shared on script (key) where shared;

create table script_version (
  script_key bigint not null references script on delete cascade,
  version int not null,
  name text not null,
  description text not null,
  language text not null,
  language_version text not null,
  source text not null,
  created_at bigint not null,
  created_by text not null,
  primary key (script_key, version)
);
