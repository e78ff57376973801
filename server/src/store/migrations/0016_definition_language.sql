alter table definition add column language text not null default 'bpmn';
alter table definition add column model text;
