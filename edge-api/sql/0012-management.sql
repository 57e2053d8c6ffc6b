-- What the management API needs: the set-up token, and lists that cost the same on every page.

-- Only the SHA-256 is kept, and only until it is used.
create table setup_tokens (
  hash bytea primary key check (octet_length(hash) = 32),
  created_at timestamptz not null default now()
);
alter table setup_tokens enable row level security;
alter table setup_tokens force row level security;
create policy platform_sets_up on setup_tokens for all to dramac_platform using (true) with check (true);
grant select, insert, delete on setup_tokens to dramac_platform;

-- Keyset paging, newest first.
create index idx_agencies_page on agencies (created_at desc, id desc);
create index idx_clients_page on clients (agency_id, created_at desc, id desc);
create index idx_sites_page on sites (client_id, created_at desc, id desc);
create index idx_profiles_page on profiles (agency_id, created_at desc, id desc);
create index idx_api_keys_page on api_keys (agency_id, created_at desc, id desc);
create index idx_audit_log_page on audit_log (agency_id, created_at desc, id desc);
-- The same columns come first in those.
drop index idx_sites_client;
drop index idx_api_keys_agency;
drop index idx_audit_log_agency;

-- A paid subscription waits until billing, or an administrator, says that it runs.
alter table agency_module_subscriptions drop constraint agency_module_subscriptions_status_check;
alter table agency_module_subscriptions add constraint agency_module_subscriptions_status_check
  check (status in ('pending', 'on_trial', 'active', 'past_due', 'unpaid', 'paused', 'cancelled', 'expired'));
create index idx_agency_module_subs_page on agency_module_subscriptions (agency_id, created_at desc, id desc);
drop index idx_agency_module_subs_agency;
create index idx_modules_page on modules (created_at desc, id desc);
