-- Schedules of saved scripts: their definition is `script:<key>`.
alter table schedule drop constraint schedule_kind_check;
alter table schedule add constraint schedule_kind_check check (kind in ('dag', 'process', 'script'));
