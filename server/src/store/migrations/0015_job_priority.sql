-- Of the jobs that are free, those of higher priority go first. A job may give a loop its items instead of doing its work.
alter table job
  add column priority int not null default 0,
  add column role text;

drop index job_available;
create index job_available on job (job_type, priority, available_at) where retries > 0;
