-- Prices as versions with notice, and installing on many sites at once.

-- What a module cost agencies, version by version. `modules` holds the latest, at which new sales are made;
-- what was sold before follows at `effective_from`.
create table module_price_versions (
  module_id uuid not null references modules (id) on delete cascade,
  version int not null,
  pricing_type text not null,
  currency text not null,
  wholesale_price_monthly bigint not null,
  wholesale_price_yearly bigint not null,
  wholesale_price_one_time bigint not null,
  suggested_retail_monthly bigint,
  suggested_retail_yearly bigint,
  announced_at timestamptz not null default now(),
  effective_from timestamptz not null,
  primary key (module_id, version)
);

-- Kept by the database, so that no way of changing a price forgets it.
create function keep_price_version() returns trigger
language plpgsql
as $$
begin
  insert into module_price_versions (module_id, version, pricing_type, currency, wholesale_price_monthly, wholesale_price_yearly,
    wholesale_price_one_time, suggested_retail_monthly, suggested_retail_yearly, effective_from)
  values (new.id, new.price_version, new.pricing_type, new.currency, new.wholesale_price_monthly, new.wholesale_price_yearly,
    new.wholesale_price_one_time, new.suggested_retail_monthly, new.suggested_retail_yearly,
    now() + case tg_op when 'INSERT' then interval '0' else interval '30 days' end);
  return null;
end
$$;
insert into module_price_versions (module_id, version, pricing_type, currency, wholesale_price_monthly, wholesale_price_yearly,
  wholesale_price_one_time, suggested_retail_monthly, suggested_retail_yearly, announced_at, effective_from)
select id, price_version, pricing_type, currency, wholesale_price_monthly, wholesale_price_yearly,
  wholesale_price_one_time, suggested_retail_monthly, suggested_retail_yearly, updated_at, updated_at from modules;
create trigger keep_price_version_of_new after insert on modules for each row execute function keep_price_version();
create trigger keep_price_version after update on modules
  for each row when (new.price_version <> old.price_version) execute function keep_price_version();

alter table module_price_versions enable row level security;
alter table module_price_versions force row level security;
create policy everybody_reads on module_price_versions for select to dramac_app using (true);
create policy platform_prices_modules on module_price_versions for all to dramac_platform using (true) with check (true);
grant select on module_price_versions to dramac_app;
grant select, insert, delete on module_price_versions to dramac_platform;

-- What an agency pays for a subscription, as it was agreed.
alter table agency_module_subscriptions add column price_version int;
alter table agency_module_subscriptions add column price_wholesale bigint;

create function wholesale_of_cycle(module modules, cycle text) returns bigint
language sql stable
as $$
  select case cycle when 'monthly' then module.wholesale_price_monthly when 'yearly' then module.wholesale_price_yearly
    else module.wholesale_price_one_time end
$$;

create function agree_on_price() returns trigger
language plpgsql
as $$
begin
  -- Nobody pays for what is pending yet: it is agreed when it begins to run.
  if tg_op = 'INSERT' or new.price_version is null or (old.status in ('pending', 'expired') and new.status <> old.status) or new.billing_cycle <> old.billing_cycle then
    select m.price_version, wholesale_of_cycle(m, new.billing_cycle) into new.price_version, new.price_wholesale
    from modules m where m.id = new.module_id;
  end if;
  return new;
end
$$;
create trigger agree_on_price before insert or update on agency_module_subscriptions for each row execute function agree_on_price();

-- The owner of the tables is bound by row security too, and would silently change nothing.
alter table agency_module_subscriptions no force row level security;
update agency_module_subscriptions s set price_version = m.price_version, price_wholesale = wholesale_of_cycle(m, s.billing_cycle)
from modules m where m.id = s.module_id;
alter table agency_module_subscriptions force row level security;

-- A price that was announced: of a subscription (to its agency), or of an installation (to its client too). What was announced is what happens.
create table price_changes (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  module_id uuid not null references modules (id) on delete cascade,
  subscription_id uuid not null,
  level text not null check (level in ('subscription', 'agency', 'client', 'site')),
  client_id uuid,
  site_id uuid,
  installation_id uuid,
  -- The platform's new wholesale price, or the agency's own move to its price of today.
  cause text not null check (cause in ('wholesale', 'move')),
  currency text not null,
  billing_cycle text not null,
  -- Null for what was never sold at a price.
  from_version int,
  from_wholesale bigint,
  from_paid bigint,
  to_version int not null,
  to_wholesale bigint not null,
  to_markup_type text,
  to_markup_basis_points bigint,
  to_paid bigint,
  status text not null default 'announced' check (status in ('announced', 'applied', 'dropped')),
  announced_at timestamptz not null default now(),
  effective_at timestamptz not null,
  settled_at timestamptz,
  foreign key (agency_id, subscription_id) references agency_module_subscriptions (agency_id, id) on delete cascade,
  check ((level = 'subscription') = (installation_id is null)),
  -- Nobody is told later than that.
  constraint price_change_has_notice check (effective_at >= announced_at + interval '30 days')
);
create index idx_price_changes_due on price_changes (effective_at) where status = 'announced';
create index idx_price_changes_subscription on price_changes (subscription_id, effective_at) where status = 'announced';
create index idx_price_changes_page on price_changes (agency_id, announced_at desc, id desc);
create index idx_price_changes_client on price_changes (client_id, announced_at desc, id desc) where client_id is not null;
create index idx_price_changes_installation on price_changes (installation_id) where installation_id is not null;

-- One module on many sites. The settings are needed until the last site is done, and emptied then.
create table bulk_installs (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  module_id uuid not null references modules (id) on delete cascade,
  settings jsonb not null default '{}',
  permissions text[],
  is_enabled boolean not null default true,
  status text not null default 'running' check (status in ('running', 'done', 'cancelled')),
  -- Who asked, for the audit rows of what is installed later.
  actor_id uuid not null,
  actor_role text not null,
  ip inet,
  request_id text not null,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (agency_id, id)
);
create index idx_bulk_installs_page on bulk_installs (agency_id, created_at desc, id desc);
create index idx_bulk_installs_running on bulk_installs (created_at) where status = 'running';

-- No foreign key to the site: one that is gone, or a stranger's, is refused like every other, with its sentence.
create table bulk_install_sites (
  bulk_id uuid not null,
  agency_id uuid not null,
  site_id uuid not null,
  status text not null default 'pending' check (status in ('pending', 'installed', 'refused', 'cancelled')),
  attempts int not null default 0,
  installation_id uuid,
  code text,
  detail text,
  settled_at timestamptz,
  primary key (bulk_id, site_id),
  foreign key (agency_id, bulk_id) references bulk_installs (agency_id, id) on delete cascade
);
create index idx_bulk_install_sites_pending on bulk_install_sites (bulk_id, site_id) where status = 'pending';

-- What is kept for a while after it was uninstalled, oldest first.
create index idx_agency_module_inst_gone on agency_module_installations (uninstalled_at) where uninstalled_at is not null;
create index idx_client_module_inst_gone on client_module_installations (uninstalled_at) where uninstalled_at is not null;
create index idx_site_module_inst_gone on site_module_installations (uninstalled_at) where uninstalled_at is not null;

do $$
declare
  item record;
begin
  for item in select * from (values
    ('price_changes', 'platform_changes_prices'), ('bulk_installs', 'platform_installs'), ('bulk_install_sites', 'platform_installs')
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
grant select, insert, update (status, settled_at) on price_changes to dramac_app;
grant select, insert, update, delete on price_changes to dramac_platform;
grant select, insert, update on bulk_installs, bulk_install_sites to dramac_app;
grant select, insert, update, delete on bulk_installs, bulk_install_sites to dramac_platform;
