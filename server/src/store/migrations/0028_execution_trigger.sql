-- What began a run. Of those that are there already: where a page asked, the owner's name is that of the account, where a
-- program did, that of its API key.
alter table execution add column trigger text check (trigger in ('manual', 'api', 'schedule', 'backfill', 'retry'));
update execution e set trigger = case
  when e.retry_of is not null then 'retry'
  when exists (select from user_account u where u.id = e.owner_id and u.username = e.owner) then 'manual'
  else 'api' end;
update execution e set trigger = case when t.backfill then 'backfill' else 'schedule' end
from schedule_run t where t.run_key = e.key;
alter table execution alter column trigger set not null;
