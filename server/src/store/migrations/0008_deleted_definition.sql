-- A deleted definition starts nothing any more. Its row goes when no instance of it is left.
alter table definition add column deleted_at bigint;
create index definition_deleted on definition (deleted_at) where deleted_at is not null;
