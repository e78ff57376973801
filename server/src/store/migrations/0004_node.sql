-- Servers that work on this database.
create table node (
  id bigint primary key,
  name text not null,
  seen_at bigint not null
);
