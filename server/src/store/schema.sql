-- The schema after all migrations, from the catalogue of PostgreSQL. `UPDATE_SCHEMA=1` writes it anew.
sequence api_key_id_seq up to 9223372036854775807
sequence application_record_key_seq up to 9223372036854775807
sequence audit_id_seq up to 9223372036854775807
sequence batch_operation_item_id_seq up to 9223372036854775807
sequence key_sequence up to 9007199254740991
sequence rate_limit_key_seq up to 9223372036854775807
sequence session_id_seq up to 9223372036854775807
sequence user_account_id_seq up to 9223372036854775807
sequence variable_key_seq up to 9223372036854775807

table api_key (
  id bigint not null generated always as identity,
  name text not null,
  secret_hash bytea not null,
  grants text[] not null,
  created_at bigint not null,
  created_by text not null,
  expires_at bigint,
  last_used_at bigint,
  revoked_at bigint,
  user_id bigint not null
)
-- api_key_pkey PRIMARY KEY (id)
-- api_key_secret_hash_key UNIQUE (secret_hash)
-- api_key_user_id_fkey FOREIGN KEY (user_id) REFERENCES user_account(id) ON DELETE CASCADE
-- CREATE UNIQUE INDEX api_key_pkey ON public.api_key USING btree (id)
-- CREATE UNIQUE INDEX api_key_secret_hash_key ON public.api_key USING btree (secret_hash)
-- CREATE INDEX api_key_user_id ON public.api_key USING btree (user_id)

table application_record (
  key bigint not null generated always as identity,
  application text not null,
  model text not null,
  id text not null,
  label text not null,
  data jsonb not null,
  version integer not null,
  created_at bigint not null,
  updated_at bigint not null
)
-- application_record_key_key UNIQUE (key)
-- application_record_pkey PRIMARY KEY (application, model, id)
-- CREATE INDEX application_record_data ON public.application_record USING gin (data jsonb_path_ops)
-- CREATE UNIQUE INDEX application_record_key_key ON public.application_record USING btree (key)
-- CREATE INDEX application_record_label ON public.application_record USING btree (application, model, label, key)
-- CREATE UNIQUE INDEX application_record_pkey ON public.application_record USING btree (application, model, id)
-- CREATE INDEX application_record_updated ON public.application_record USING btree (application, model, updated_at, key)

table application_role (
  application text not null,
  role text not null,
  password text not null
)
-- application_role_pkey PRIMARY KEY (application)
-- CREATE UNIQUE INDEX application_role_pkey ON public.application_role USING btree (application)

table audit (
  id bigint not null generated always as identity,
  at bigint not null,
  actor_kind text not null,
  actor text not null,
  operation text not null,
  target text,
  request_id text not null
)
-- audit_pkey PRIMARY KEY (id)
-- CREATE INDEX audit_at ON public.audit USING btree (at)
-- CREATE UNIQUE INDEX audit_pkey ON public.audit USING btree (id)

table batch_operation (
  key bigint not null,
  type text not null,
  plan text not null,
  state text not null,
  actor text not null,
  total integer not null,
  completed integer not null,
  failed integer not null,
  started_at bigint not null,
  ended_at bigint
)
-- batch_operation_pkey PRIMARY KEY (key)
-- batch_operation_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text, 'COMPLETED'::text, 'CANCELED'::text])))
-- CREATE UNIQUE INDEX batch_operation_pkey ON public.batch_operation USING btree (key)
-- CREATE INDEX batch_operation_started ON public.batch_operation USING btree (started_at, key)

table batch_operation_item (
  id bigint not null generated always as identity,
  batch_key bigint not null,
  item_key bigint not null,
  instance_key bigint not null,
  state text not null,
  available_at bigint not null,
  processed_at bigint,
  message text
) with (fillfactor=80)
-- batch_operation_item_batch_key_fkey FOREIGN KEY (batch_key) REFERENCES batch_operation(key) ON DELETE CASCADE
-- batch_operation_item_batch_key_item_key_key UNIQUE (batch_key, item_key)
-- batch_operation_item_pkey PRIMARY KEY (id)
-- batch_operation_item_state_check CHECK ((state = ANY (ARRAY['ACTIVE'::text, 'COMPLETED'::text, 'FAILED'::text, 'CANCELED'::text])))
-- CREATE UNIQUE INDEX batch_operation_item_batch_key_item_key_key ON public.batch_operation_item USING btree (batch_key, item_key)
-- CREATE INDEX batch_operation_item_instance ON public.batch_operation_item USING btree (instance_key)
-- CREATE INDEX batch_operation_item_open ON public.batch_operation_item USING btree (batch_key, available_at) WHERE (state = 'ACTIVE'::text)
-- CREATE UNIQUE INDEX batch_operation_item_pkey ON public.batch_operation_item USING btree (id)

table correlation (
  source bigint not null,
  claim text not null,
  instance_key bigint not null,
  at bigint not null
)
-- correlation_pkey PRIMARY KEY (source, claim)
-- CREATE INDEX correlation_at ON public.correlation USING btree (at)
-- CREATE UNIQUE INDEX correlation_pkey ON public.correlation USING btree (source, claim)

table dag_run (
  key bigint not null,
  definition_key bigint not null,
  dag_id text not null,
  state text not null,
  trigger text not null,
  priority integer not null,
  max_active integer,
  started_by text,
  variant text,
  schedule_key bigint,
  scheduled_for bigint,
  rerun_of bigint,
  rerun_from text,
  business_id text,
  variables text not null,
  begin text,
  created_at bigint not null,
  claimed_at bigint,
  max_per_user integer
) with (fillfactor=80)
-- dag_run_pkey PRIMARY KEY (key)
-- dag_run_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'started'::text, 'ended'::text, 'canceled'::text])))
-- dag_run_trigger_check CHECK ((trigger = ANY (ARRAY['manual'::text, 'schedule'::text, 'backfill'::text, 'rerun'::text])))
-- CREATE INDEX dag_run_line ON public.dag_run USING btree (dag_id, started_by, priority DESC, key) WHERE (state = 'queued'::text)
-- CREATE UNIQUE INDEX dag_run_pkey ON public.dag_run USING btree (key)
-- CREATE INDEX dag_run_queued ON public.dag_run USING btree (dag_id, priority DESC, key) WHERE (state = 'queued'::text)
-- CREATE INDEX dag_run_schedule ON public.dag_run USING btree (schedule_key, key) WHERE (schedule_key IS NOT NULL)
-- CREATE INDEX dag_run_started ON public.dag_run USING btree (dag_id, key) WHERE (state = 'started'::text)
-- CREATE INDEX dag_run_waiting ON public.dag_run USING btree (key) WHERE (state = ANY (ARRAY['queued'::text, 'started'::text, 'canceled'::text]))

table decision (
  key bigint not null,
  decision_id text not null,
  version integer not null,
  version_tag text,
  name text not null,
  requirements_key bigint not null,
  deployment_key bigint not null,
  is_latest boolean not null
)
-- decision_decision_id_version_key UNIQUE (decision_id, version)
-- decision_deployment_key_fkey FOREIGN KEY (deployment_key) REFERENCES deployment(key)
-- decision_pkey PRIMARY KEY (key)
-- decision_requirements_key_fkey FOREIGN KEY (requirements_key) REFERENCES decision_requirements(key) ON DELETE CASCADE
-- CREATE UNIQUE INDEX decision_decision_id_version_key ON public.decision USING btree (decision_id, version)
-- CREATE UNIQUE INDEX decision_latest ON public.decision USING btree (decision_id) WHERE is_latest
-- CREATE UNIQUE INDEX decision_pkey ON public.decision USING btree (key)
-- CREATE INDEX decision_requirements_key ON public.decision USING btree (requirements_key)

table decision_instance (
  key bigint not null,
  evaluation_key bigint not null,
  position integer not null,
  decision_key bigint not null,
  decision_id text not null,
  decision_name text not null,
  decision_version integer not null,
  decision_type text not null,
  requirements_key bigint not null,
  requirements_id text not null,
  root_decision_key bigint not null,
  instance_key bigint,
  element_instance_key bigint,
  definition_key bigint,
  process_id text,
  state text not null,
  failure text,
  evaluated_at bigint not null,
  result text not null,
  inputs text not null,
  matched_rules text not null
)
-- decision_instance_pkey PRIMARY KEY (key)
-- decision_instance_state_check CHECK ((state = ANY (ARRAY['EVALUATED'::text, 'FAILED'::text])))
-- CREATE INDEX decision_instance_decision ON public.decision_instance USING btree (decision_id, key)
-- CREATE INDEX decision_instance_evaluation ON public.decision_instance USING btree (evaluation_key)
-- CREATE INDEX decision_instance_instance ON public.decision_instance USING btree (instance_key) WHERE (instance_key IS NOT NULL)
-- CREATE UNIQUE INDEX decision_instance_pkey ON public.decision_instance USING btree (key)

table decision_requirements (
  key bigint not null,
  requirements_id text not null,
  version integer not null,
  name text not null,
  resource_name text not null,
  xml text not null,
  model text not null,
  checksum text not null,
  deployment_key bigint not null,
  deployed_at bigint not null,
  is_latest boolean not null
)
-- decision_requirements_deployment_key_fkey FOREIGN KEY (deployment_key) REFERENCES deployment(key)
-- decision_requirements_pkey PRIMARY KEY (key)
-- decision_requirements_requirements_id_version_key UNIQUE (requirements_id, version)
-- CREATE UNIQUE INDEX decision_requirements_latest ON public.decision_requirements USING btree (requirements_id) WHERE is_latest
-- CREATE UNIQUE INDEX decision_requirements_pkey ON public.decision_requirements USING btree (key)
-- CREATE UNIQUE INDEX decision_requirements_requirements_id_version_key ON public.decision_requirements USING btree (requirements_id, version)

table definition (
  key bigint not null,
  process_id text not null,
  version integer not null,
  name text,
  version_tag text,
  resource_name text not null,
  xml text not null,
  program text not null,
  checksum text not null,
  deployment_key bigint not null,
  deployed_at bigint not null,
  is_latest boolean not null,
  start_form_id text,
  deleted_at bigint,
  language text not null default 'bpmn'::text,
  model text
)
-- definition_deployment_key_fkey FOREIGN KEY (deployment_key) REFERENCES deployment(key)
-- definition_pkey PRIMARY KEY (key)
-- definition_process_id_version_key UNIQUE (process_id, version)
-- CREATE INDEX definition_deleted ON public.definition USING btree (deleted_at) WHERE (deleted_at IS NOT NULL)
-- CREATE INDEX definition_deployment ON public.definition USING btree (deployment_key)
-- CREATE UNIQUE INDEX definition_latest ON public.definition USING btree (process_id) WHERE is_latest
-- CREATE UNIQUE INDEX definition_pkey ON public.definition USING btree (key)
-- CREATE UNIQUE INDEX definition_process_id_version_key ON public.definition USING btree (process_id, version)
-- CREATE INDEX definition_version_tag ON public.definition USING btree (process_id, version_tag) WHERE (version_tag IS NOT NULL)

table deployment (
  key bigint not null,
  deployed_at bigint not null
)
-- deployment_pkey PRIMARY KEY (key)
-- CREATE UNIQUE INDEX deployment_pkey ON public.deployment USING btree (key)

table execution (
  key bigint not null,
  owner_id bigint,
  owner text not null,
  state text not null,
  language text not null,
  version text not null,
  source text not null,
  stdin text not null,
  input text not null,
  timeout_ms integer not null,
  priority text not null,
  script_key bigint,
  script_version integer,
  script_name text,
  retry_of bigint,
  idempotency_key text,
  request_hash text,
  created_at bigint not null,
  started_at bigint,
  ended_at bigint,
  attempt integer not null default 0,
  isolation text,
  exit_code integer,
  message text,
  wall_ms bigint,
  cpu_ms bigint,
  peak_memory_bytes bigint,
  output_bytes bigint,
  result text,
  max_attempts integer not null default 3,
  begun integer not null default 0,
  trigger text not null
) with (fillfactor=70)
-- execution_pkey PRIMARY KEY (key)
-- execution_state_check CHECK ((state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text, 'COMPLETED'::text, 'TIMED_OUT'::text, 'OUT_OF_MEMORY'::text, 'CANCELED'::text, 'FAILED'::text])))
-- execution_trigger_check CHECK ((trigger = ANY (ARRAY['manual'::text, 'api'::text, 'schedule'::text, 'backfill'::text, 'retry'::text])))
-- CREATE UNIQUE INDEX execution_idempotency ON public.execution USING btree (owner_id, idempotency_key) WHERE (idempotency_key IS NOT NULL)
-- CREATE INDEX execution_open ON public.execution USING btree (key) WHERE (state = ANY (ARRAY['QUEUED'::text, 'RUNNING'::text]))
-- CREATE INDEX execution_owner ON public.execution USING btree (owner_id, key)
-- CREATE UNIQUE INDEX execution_pkey ON public.execution USING btree (key)
-- CREATE INDEX execution_script ON public.execution USING btree (script_key, key) WHERE (script_key IS NOT NULL)

table history (
  instance_key bigint not null,
  version integer not null,
  at bigint not null,
  events text not null
) with (autovacuum_vacuum_insert_scale_factor=0.5)
-- history_pkey PRIMARY KEY (instance_key, version)
-- CREATE UNIQUE INDEX history_pkey ON public.history USING btree (instance_key, version)

table incident (
  key bigint not null,
  instance_key bigint not null,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint not null,
  element text not null,
  job_key bigint,
  incident_type text not null,
  message text not null,
  raised_at bigint not null,
  resolved_at bigint
) with (fillfactor=80)
-- incident_pkey PRIMARY KEY (key)
-- CREATE INDEX incident_instance ON public.incident USING btree (instance_key)
-- CREATE INDEX incident_open ON public.incident USING btree (key) WHERE (resolved_at IS NULL)
-- CREATE UNIQUE INDEX incident_pkey ON public.incident USING btree (key)
-- CREATE INDEX incident_raised ON public.incident USING btree (raised_at, key)

table instance (
  key bigint not null,
  version integer not null,
  definition_key bigint not null,
  process_id text not null,
  status text not null,
  business_id text,
  start_key text,
  parent_instance_key bigint,
  parent_element_instance_key bigint,
  incidents integer not null,
  holder bigint,
  state text not null,
  created_at bigint not null,
  ended_at bigint,
  suspended boolean not null default false
) with (fillfactor=40, autovacuum_vacuum_scale_factor=0.05, autovacuum_vacuum_insert_scale_factor=0.2, autovacuum_analyze_scale_factor=0.1)
-- instance_pkey PRIMARY KEY (key)
-- instance_status_check CHECK ((status = ANY (ARRAY['active'::text, 'completed'::text, 'terminated'::text])))
-- CREATE INDEX instance_active ON public.instance USING btree (holder, definition_key) WHERE (status = 'active'::text)
-- CREATE INDEX instance_business ON public.instance USING btree (business_id, key) WHERE (business_id IS NOT NULL)
-- CREATE INDEX instance_created ON public.instance USING btree (created_at, key)
-- CREATE INDEX instance_definition ON public.instance USING btree (definition_key, key)
-- CREATE INDEX instance_incidents ON public.instance USING btree (key) WHERE (incidents > 0)
-- CREATE INDEX instance_parent ON public.instance USING btree (parent_instance_key) WHERE (parent_instance_key IS NOT NULL)
-- CREATE UNIQUE INDEX instance_pkey ON public.instance USING btree (key)
-- CREATE UNIQUE INDEX instance_start_key ON public.instance USING btree (process_id, start_key) WHERE ((status = 'active'::text) AND (start_key IS NOT NULL))
-- CREATE INDEX instance_started_by ON public.instance USING btree (process_id, start_key) WHERE (start_key IS NOT NULL)

table job (
  key bigint not null,
  instance_key bigint not null,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint not null,
  element text not null,
  job_type text not null,
  retries integer not null,
  available_at bigint not null,
  worker text,
  message text,
  created_at bigint not null,
  listener_on text,
  listener_index integer,
  priority integer not null default 0,
  role text,
  attempt integer not null default 0
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=2000)
-- job_pkey PRIMARY KEY (key)
-- CREATE INDEX job_available ON public.job USING btree (job_type, priority, available_at) WHERE (retries > 0)
-- CREATE INDEX job_element_instance ON public.job USING btree (element_instance_key)
-- CREATE INDEX job_instance ON public.job USING btree (instance_key)
-- CREATE UNIQUE INDEX job_pkey ON public.job USING btree (key)

table message (
  key bigint not null,
  kind text not null,
  name text not null,
  correlation_key text not null,
  message_id text,
  variables text not null,
  time_to_live_ms bigint not null,
  published_at bigint not null,
  expires_at bigint not null,
  thrown_by bigint
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=2000)
-- message_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'signal'::text])))
-- message_pkey PRIMARY KEY (key)
-- CREATE INDEX message_expiry ON public.message USING btree (expires_at)
-- CREATE INDEX message_name ON public.message USING btree (name, correlation_key)
-- CREATE UNIQUE INDEX message_pkey ON public.message USING btree (key)
-- CREATE UNIQUE INDEX message_unique_id ON public.message USING btree (name, correlation_key, message_id) WHERE (message_id IS NOT NULL)

table migration (
  number integer not null,
  name text not null,
  applied_at timestamp with time zone not null default now()
)
-- migration_pkey PRIMARY KEY (number)
-- CREATE UNIQUE INDEX migration_pkey ON public.migration USING btree (number)

table node (
  id bigint not null,
  name text not null,
  seen_at bigint not null,
  mode text not null default 'ALL'::text,
  tags text[] not null default '{}'::text[],
  job_types text[] not null default '{}'::text[],
  running integer not null default 0
)
-- node_pkey PRIMARY KEY (id)
-- CREATE UNIQUE INDEX node_pkey ON public.node USING btree (id)

table outbox (
  key bigint not null,
  instance_key bigint not null,
  target bigint not null,
  command text not null,
  written_at bigint not null
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=2000)
-- outbox_pkey PRIMARY KEY (key)
-- CREATE UNIQUE INDEX outbox_pkey ON public.outbox USING btree (key)
-- CREATE INDEX outbox_written ON public.outbox USING btree (written_at)

table rate_limit (
  key bigint not null generated always as identity,
  name text not null,
  tag text,
  path_prefix text,
  method text,
  algorithm text not null,
  max_requests integer not null,
  window_seconds integer not null,
  burst integer,
  enabled boolean not null,
  priority integer not null,
  created_at bigint not null,
  updated_at bigint not null
)
-- rate_limit_algorithm_check CHECK ((algorithm = ANY (ARRAY['sliding-window'::text, 'token-bucket'::text])))
-- rate_limit_check CHECK (((tag IS NULL) <> (path_prefix IS NULL)))
-- rate_limit_pkey PRIMARY KEY (key)
-- CREATE UNIQUE INDEX rate_limit_name ON public.rate_limit USING btree (lower(name))
-- CREATE UNIQUE INDEX rate_limit_pkey ON public.rate_limit USING btree (key)

table rate_limit_override (
  user_id bigint not null,
  mode text not null,
  multiplier double precision,
  max_requests integer,
  rate_limit_key bigint,
  updated_at bigint not null
)
-- rate_limit_override_mode_check CHECK ((mode = ANY (ARRAY['bypass'::text, 'multiplier'::text, 'limit'::text])))
-- rate_limit_override_pkey PRIMARY KEY (user_id)
-- rate_limit_override_rate_limit_key_fkey FOREIGN KEY (rate_limit_key) REFERENCES rate_limit(key) ON DELETE CASCADE
-- rate_limit_override_user_id_fkey FOREIGN KEY (user_id) REFERENCES user_account(id) ON DELETE CASCADE
-- CREATE UNIQUE INDEX rate_limit_override_pkey ON public.rate_limit_override USING btree (user_id)
-- CREATE INDEX rate_limit_override_rate_limit ON public.rate_limit_override USING btree (rate_limit_key)

table rate_limit_reset (
  user_id bigint not null,
  version bigint not null
)
-- rate_limit_reset_pkey PRIMARY KEY (user_id)
-- rate_limit_reset_user_id_fkey FOREIGN KEY (user_id) REFERENCES user_account(id) ON DELETE CASCADE
-- CREATE UNIQUE INDEX rate_limit_reset_pkey ON public.rate_limit_reset USING btree (user_id)

table rate_limit_state (
  id boolean not null default true,
  version bigint not null,
  reset_version bigint not null
)
-- rate_limit_state_id_check CHECK (id)
-- rate_limit_state_pkey PRIMARY KEY (id)
-- CREATE UNIQUE INDEX rate_limit_state_pkey ON public.rate_limit_state USING btree (id)

table resource (
  key bigint not null,
  resource_id text not null,
  version integer not null,
  version_tag text,
  resource_name text not null,
  content text not null,
  checksum text not null,
  deployment_key bigint not null,
  deployed_at bigint not null,
  is_latest boolean not null
)
-- resource_deployment_key_fkey FOREIGN KEY (deployment_key) REFERENCES deployment(key)
-- resource_pkey PRIMARY KEY (key)
-- resource_resource_id_version_key UNIQUE (resource_id, version)
-- CREATE INDEX resource_deployment ON public.resource USING btree (deployment_key)
-- CREATE UNIQUE INDEX resource_latest ON public.resource USING btree (resource_id) WHERE is_latest
-- CREATE UNIQUE INDEX resource_pkey ON public.resource USING btree (key)
-- CREATE UNIQUE INDEX resource_resource_id_version_key ON public.resource USING btree (resource_id, version)

table schedule (
  key bigint not null,
  name text not null,
  definition_id text not null,
  kind text not null,
  origin text not null,
  timing text not null,
  anchor bigint not null,
  input text,
  variant text,
  paused boolean not null,
  next_time bigint,
  revision integer not null,
  created_at bigint not null,
  created_by text not null
)
-- schedule_definition_id_origin_name_key UNIQUE (definition_id, origin, name)
-- schedule_kind_check CHECK ((kind = ANY (ARRAY['dag'::text, 'process'::text, 'script'::text])))
-- schedule_origin_check CHECK ((origin = ANY (ARRAY['definition'::text, 'user'::text])))
-- schedule_pkey PRIMARY KEY (key)
-- CREATE UNIQUE INDEX schedule_definition_id_origin_name_key ON public.schedule USING btree (definition_id, origin, name)
-- CREATE INDEX schedule_next ON public.schedule USING btree (next_time) WHERE (NOT paused)
-- CREATE UNIQUE INDEX schedule_pkey ON public.schedule USING btree (key)

table schedule_run (
  schedule_key bigint not null,
  scheduled_for bigint not null,
  run_key bigint not null,
  backfill boolean not null,
  state text not null,
  begins_at bigint not null,
  taken_until bigint not null,
  settled_at bigint,
  message text
) with (fillfactor=80)
-- schedule_run_pkey PRIMARY KEY (schedule_key, scheduled_for)
-- schedule_run_schedule_key_fkey FOREIGN KEY (schedule_key) REFERENCES schedule(key) ON DELETE CASCADE
-- schedule_run_state_check CHECK ((state = ANY (ARRAY['PENDING'::text, 'STARTED'::text, 'SKIPPED'::text, 'FAILED'::text])))
-- CREATE INDEX schedule_run_pending ON public.schedule_run USING btree (backfill, begins_at) WHERE (state = 'PENDING'::text)
-- CREATE UNIQUE INDEX schedule_run_pkey ON public.schedule_run USING btree (schedule_key, scheduled_for)

table script (
  key bigint not null,
  owner_id bigint,
  shared boolean not null,
  version integer not null,
  created_at bigint not null,
  updated_at bigint not null
)
-- script_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES user_account(id) ON DELETE SET NULL
-- script_pkey PRIMARY KEY (key)
-- CREATE INDEX script_owner ON public.script USING btree (owner_id)
-- CREATE UNIQUE INDEX script_pkey ON public.script USING btree (key)
-- CREATE INDEX script_shared ON public.script USING btree (key) WHERE shared

table script_node (
  node_id bigint not null,
  offer text not null
)
-- script_node_node_id_fkey FOREIGN KEY (node_id) REFERENCES node(id) ON DELETE CASCADE
-- script_node_pkey PRIMARY KEY (node_id)
-- CREATE UNIQUE INDEX script_node_pkey ON public.script_node USING btree (node_id)

table script_version (
  script_key bigint not null,
  version integer not null,
  name text not null,
  description text not null,
  language text not null,
  language_version text not null,
  source text not null,
  created_at bigint not null,
  created_by text not null
)
-- script_version_pkey PRIMARY KEY (script_key, version)
-- script_version_script_key_fkey FOREIGN KEY (script_key) REFERENCES script(key) ON DELETE CASCADE
-- CREATE UNIQUE INDEX script_version_pkey ON public.script_version USING btree (script_key, version)

table session (
  id_hash bytea not null,
  user_id bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  id bigint not null generated always as identity,
  user_agent text,
  address text
)
-- session_pkey PRIMARY KEY (id_hash)
-- session_user_id_fkey FOREIGN KEY (user_id) REFERENCES user_account(id) ON DELETE CASCADE
-- CREATE INDEX session_expiry ON public.session USING btree (expires_at)
-- CREATE UNIQUE INDEX session_id ON public.session USING btree (id)
-- CREATE UNIQUE INDEX session_pkey ON public.session USING btree (id_hash)
-- CREATE INDEX session_user_id ON public.session USING btree (user_id)

table setting (
  name text not null,
  value text not null,
  updated_at bigint not null,
  updated_by text not null
)
-- setting_pkey PRIMARY KEY (name)
-- CREATE UNIQUE INDEX setting_pkey ON public.setting USING btree (name)

table sign_in_link (
  token_hash bytea not null,
  user_id bigint not null,
  expires_at bigint not null
)
-- sign_in_link_pkey PRIMARY KEY (token_hash)
-- sign_in_link_user_id_fkey FOREIGN KEY (user_id) REFERENCES user_account(id) ON DELETE CASCADE
-- CREATE UNIQUE INDEX sign_in_link_pkey ON public.sign_in_link USING btree (token_hash)

table start_subscription (
  definition_key bigint not null,
  element text not null,
  process_id text not null,
  kind text not null,
  name text not null,
  opened_at bigint not null
)
-- start_subscription_definition_key_fkey FOREIGN KEY (definition_key) REFERENCES definition(key)
-- start_subscription_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'signal'::text, 'conditional'::text])))
-- start_subscription_pkey PRIMARY KEY (definition_key, element, kind, name)
-- CREATE INDEX start_subscription_conditional ON public.start_subscription USING btree (definition_key) WHERE (kind = 'conditional'::text)
-- CREATE INDEX start_subscription_name ON public.start_subscription USING btree (name, kind)
-- CREATE UNIQUE INDEX start_subscription_pkey ON public.start_subscription USING btree (definition_key, element, kind, name)
-- CREATE INDEX start_subscription_process ON public.start_subscription USING btree (process_id)

table subscription (
  key bigint not null,
  kind text not null,
  instance_key bigint not null,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint not null,
  element text not null,
  name text not null,
  correlation_key text not null,
  opened_at bigint not null
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=2000)
-- subscription_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'signal'::text])))
-- subscription_pkey PRIMARY KEY (key)
-- CREATE INDEX subscription_instance ON public.subscription USING btree (instance_key)
-- CREATE INDEX subscription_name ON public.subscription USING btree (name, correlation_key)
-- CREATE UNIQUE INDEX subscription_pkey ON public.subscription USING btree (key)

table task_attempt (
  job_key bigint not null,
  attempt integer not null,
  instance_key bigint not null,
  task_key bigint not null,
  worker text not null,
  started_at bigint
)
-- task_attempt_pkey PRIMARY KEY (job_key, attempt)
-- CREATE INDEX task_attempt_instance ON public.task_attempt USING btree (instance_key, task_key)
-- CREATE UNIQUE INDEX task_attempt_pkey ON public.task_attempt USING btree (job_key, attempt)

table task_cache (
  task text not null,
  input_hash bytea not null,
  output text not null,
  expires_at bigint not null
)
-- task_cache_pkey PRIMARY KEY (task, input_hash)
-- CREATE INDEX task_cache_expiry ON public.task_cache USING btree (expires_at)
-- CREATE UNIQUE INDEX task_cache_pkey ON public.task_cache USING btree (task, input_hash)

table task_class (
  job_type text not null,
  class text not null,
  max_running integer not null
)
-- task_class_max_running_check CHECK ((max_running > 0))
-- task_class_pkey PRIMARY KEY (job_type)
-- CREATE INDEX task_class_class ON public.task_class USING btree (class)
-- CREATE UNIQUE INDEX task_class_pkey ON public.task_class USING btree (job_type)

table task_output (
  instance_key bigint not null,
  sequence bigint not null,
  at bigint not null,
  task_key bigint not null,
  element text not null,
  attempt integer not null,
  kind text not null,
  level text,
  message text,
  progress double precision,
  value text
)
-- task_output_kind_check CHECK ((kind = ANY (ARRAY['log'::text, 'value'::text, 'progress'::text, 'stdout'::text, 'stderr'::text])))
-- task_output_pkey PRIMARY KEY (instance_key, sequence)
-- CREATE UNIQUE INDEX task_output_pkey ON public.task_output USING btree (instance_key, sequence)

table task_output_head (
  instance_key bigint not null,
  last bigint not null
) with (fillfactor=50)
-- task_output_head_pkey PRIMARY KEY (instance_key)
-- CREATE UNIQUE INDEX task_output_head_pkey ON public.task_output_head USING btree (instance_key)

table task_report (
  task_key bigint not null,
  instance_key bigint not null,
  entries integer not null,
  progress double precision,
  message text
) with (fillfactor=50)
-- task_report_pkey PRIMARY KEY (task_key)
-- CREATE INDEX task_report_instance ON public.task_report USING btree (instance_key)
-- CREATE UNIQUE INDEX task_report_pkey ON public.task_report USING btree (task_key)

table timer (
  key bigint not null,
  instance_key bigint,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint,
  element text not null,
  due bigint not null,
  available_at bigint not null,
  repetitions integer,
  cycle text
) with (autovacuum_vacuum_scale_factor=0.02, autovacuum_vacuum_threshold=2000)
-- timer_pkey PRIMARY KEY (key)
-- CREATE INDEX timer_available ON public.timer USING btree (available_at)
-- CREATE INDEX timer_instance ON public.timer USING btree (instance_key) WHERE (instance_key IS NOT NULL)
-- CREATE UNIQUE INDEX timer_pkey ON public.timer USING btree (key)
-- CREATE INDEX timer_start ON public.timer USING btree (process_id) WHERE (instance_key IS NULL)

table user_account (
  id bigint not null generated always as identity,
  username text not null,
  display_name text not null,
  email text,
  role text not null,
  password_hash text,
  created_at bigint not null,
  last_signed_in_at bigint
)
-- user_account_pkey PRIMARY KEY (id)
-- user_account_role_check CHECK ((role = ANY (ARRAY['administrator'::text, 'operator'::text, 'developer'::text, 'user'::text])))
-- CREATE UNIQUE INDEX user_account_email ON public.user_account USING btree (lower(email))
-- CREATE UNIQUE INDEX user_account_pkey ON public.user_account USING btree (id)
-- CREATE UNIQUE INDEX user_account_username ON public.user_account USING btree (lower(username))

table user_task (
  key bigint not null,
  instance_key bigint not null,
  definition_key bigint not null,
  process_id text not null,
  element_instance_key bigint not null,
  element text not null,
  name text,
  form_id text,
  external_form_reference text,
  assignee text,
  candidate_users text[] not null,
  candidate_groups text[] not null,
  due_date bigint,
  follow_up_date bigint,
  priority integer not null,
  state text not null,
  created_at bigint not null,
  ended_at bigint
) with (fillfactor=80)
-- user_task_pkey PRIMARY KEY (key)
-- user_task_state_check CHECK ((state = ANY (ARRAY['CREATED'::text, 'COMPLETED'::text, 'CANCELED'::text])))
-- CREATE INDEX user_task_created ON public.user_task USING btree (created_at, key)
-- CREATE INDEX user_task_element_instance ON public.user_task USING btree (element_instance_key)
-- CREATE INDEX user_task_instance ON public.user_task USING btree (instance_key)
-- CREATE INDEX user_task_open ON public.user_task USING btree (assignee, key) WHERE (state = 'CREATED'::text)
-- CREATE UNIQUE INDEX user_task_pkey ON public.user_task USING btree (key)

table variable (
  key bigint not null generated always as identity,
  scope_key bigint not null,
  name text not null,
  value text not null,
  instance_key bigint not null
) with (fillfactor=80, autovacuum_vacuum_scale_factor=0.05)
-- variable_pkey PRIMARY KEY (scope_key, name)
-- CREATE INDEX variable_instance ON public.variable USING btree (instance_key)
-- CREATE UNIQUE INDEX variable_key ON public.variable USING btree (key)
-- CREATE UNIQUE INDEX variable_pkey ON public.variable USING btree (scope_key, name)
-- CREATE INDEX variable_value ON public.variable USING btree (name, "left"(value, 64))

table worker (
  name text not null,
  job_type text not null,
  seen_at bigint not null
)
-- worker_pkey PRIMARY KEY (name, job_type)
-- CREATE UNIQUE INDEX worker_pkey ON public.worker USING btree (name, job_type)
-- CREATE INDEX worker_seen ON public.worker USING btree (seen_at)
