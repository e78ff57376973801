-- Which definitions have conditional start events: they are asked by a call of the API, and wait for nothing.
alter table start_subscription drop constraint start_subscription_kind_check;
alter table start_subscription add constraint start_subscription_kind_check
  check (kind in ('message', 'signal', 'conditional'));
create index start_subscription_conditional on start_subscription (definition_key) where kind = 'conditional';
