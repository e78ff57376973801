-- The job of an incident gets its retry with the resolution, which finds it by itself.
alter table batch_operation_item drop column job_key;
