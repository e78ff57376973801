-- An instance that stands still until it is resumed; its status stays active.
alter table instance add column suspended boolean not null default false;
