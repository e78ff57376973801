-- A job may be that of a listener: the moment that it is for, and which of the listeners for that moment.
alter table job
  add column listener_on text,
  add column listener_index int;
