-- How often a run of a script may be begun, when the nodes that ran it were lost, and how often it was.
alter table execution add column max_attempts int not null default 3;
alter table execution add column begun int not null default 0;
