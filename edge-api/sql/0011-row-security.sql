-- The second lock. Roles own nothing; tables are reached through grants and policies alone, by their owner too (FORCE).

-- Tenants' tables: an agency's rows for dramac_app, all of them for what the platform does.
do $$
declare
  item record;
begin
  for item in select * from (values
    ('clients', 'platform_serves_clients'),
    ('sites', 'platform_serves_sites'),
    ('profiles', 'platform_signs_people_in'),
    ('api_keys', 'platform_looks_keys_up'),
    ('audit_log', 'platform_audits'),
    ('surfaces', 'platform_makes_plans'),
    ('platform_module_exclusions', 'platform_makes_plans'),
    ('verified_recipients', 'platform_sends_mail'),
    ('agency_module_subscriptions', 'platform_bills'),
    ('agency_module_installations', 'platform_makes_plans'),
    ('client_module_installations', 'platform_makes_plans'),
    ('site_module_installations', 'platform_makes_plans'),
    ('module_requests', 'platform_answers_requests'),
    ('module_request_votes', 'platform_counts_votes'),
    ('module_reviews', 'platform_moderates'),
    ('module_documents', 'platform_keeps_documents'),
    ('module_storage_usage', 'platform_keeps_documents'),
    ('module_usage_events', 'platform_rolls_usage_up'),
    ('module_usage_hourly', 'platform_rolls_usage_up'),
    ('module_usage_daily', 'platform_rolls_usage_up'),
    ('email_outbox', 'platform_sends_mail')
  ) as list (tenant_table, platform_policy) loop
    execute format('alter table %I enable row level security', item.tenant_table);
    execute format('alter table %I force row level security', item.tenant_table);
    execute format(
      'create policy tenant_rows on %I for all to dramac_app using (agency_id = (select current_agency())) with check (agency_id = (select current_agency()))',
      item.tenant_table);
    execute format('create policy %I on %I for all to dramac_platform using (true) with check (true)', item.platform_policy, item.tenant_table);
  end loop;
end
$$;

-- An agency is the tenant itself.
alter table agencies enable row level security;
alter table agencies force row level security;
create policy tenant_rows on agencies for all to dramac_app using (id = (select current_agency())) with check (id = (select current_agency()));
create policy platform_keeps_agencies on agencies for all to dramac_platform using (true) with check (true);

-- The platform's own tables: nobody else has a policy.
alter table webhook_inbox enable row level security;
alter table webhook_inbox force row level security;
create policy platform_works_the_inbox on webhook_inbox for all to dramac_platform using (true) with check (true);
alter table module_version_health enable row level security;
alter table module_version_health force row level security;
create policy platform_judges_versions on module_version_health for all to dramac_platform using (true) with check (true);

-- What each role may do at all. The catalogue is for everyone to read, and for the platform to write.
revoke all on all tables in schema public from public;
grant select on modules, module_versions, module_version_files, file_contents, schema_migrations to dramac_app, dramac_platform;
grant insert, update, delete on modules, module_versions, module_version_files, file_contents to dramac_platform;
-- Triggers of a tenant's own rows keep these.
grant update (install_count, rating_total, rating_average, rating_count, updated_at, price_version) on modules to dramac_app;

grant select, update (name, locale, settings) on agencies to dramac_app;
grant select, insert, update, delete on agencies to dramac_platform;
grant select, insert, update, delete on
  clients, sites, profiles, surfaces, platform_module_exclusions, verified_recipients, agency_module_subscriptions,
  agency_module_installations, client_module_installations, site_module_installations, module_documents
  to dramac_app, dramac_platform;
-- A tenant's writes count bytes; limits are the platform's.
grant select, insert, update (bytes), delete on module_storage_usage to dramac_app;
grant select, insert, update, delete on module_storage_usage to dramac_platform;
grant select on installations to dramac_app, dramac_platform;
grant select, insert, update on api_keys to dramac_app, dramac_platform;
grant delete on api_keys to dramac_platform;
-- What was done stays written.
grant select, insert on audit_log to dramac_app, dramac_platform;
grant select, insert, update on module_requests to dramac_app;
grant select, insert, update, delete on module_requests to dramac_platform;
grant select on module_request_votes to dramac_app;
grant select, insert, delete on module_request_votes to dramac_platform;
grant select, insert, update, delete on module_reviews to dramac_app, dramac_platform;
grant select, insert on email_outbox to dramac_app;
grant select, insert, update, delete on email_outbox to dramac_platform;
grant select on module_usage_events, module_usage_hourly, module_usage_daily to dramac_app;
grant select, insert, update, delete on module_usage_events, module_usage_hourly, module_usage_daily to dramac_platform;
grant select, insert, update, delete on webhook_inbox, module_version_health to dramac_platform;

select ensure_usage_partitions((now() at time zone 'UTC')::date - 1, 9);
