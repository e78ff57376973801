-- A start event may wait for several messages and signals.
alter table start_subscription
  drop constraint start_subscription_pkey,
  add primary key (definition_key, element, kind, name);
