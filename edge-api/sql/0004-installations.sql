-- A module put on an agency, a client or a site. Uniqueness counts live rows only,
-- so what was uninstalled (and can be restored for a while) may be installed again.

create table agency_module_installations (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  module_id uuid not null references modules (id) on delete cascade,
  subscription_id uuid,

  is_enabled boolean not null default true,
  settings jsonb not null default '{}',
  -- Counts changes of the row, for If-Match.
  revision int not null default 1,

  granted_permissions text[] not null default '{}',
  -- Raised whenever grants shrink, so that tokens minted before are refused.
  grants_epoch int not null default 1,
  channel text not null default 'stable' check (channel in ('stable', 'beta')),
  pinned_version text,
  hook_placements jsonb not null default '{}',
  consent_override text,
  limit_status text not null default 'within' check (limit_status in ('within', 'over_limit', 'suspended')),

  -- What it was sold at.
  price_version int,
  price_wholesale bigint,
  price_markup_type text,
  price_markup_basis_points bigint,
  price_developer_share bigint,
  price_currency text,
  price_paid bigint,
  billing_cycle text check (billing_cycle in ('monthly', 'yearly', 'one_time')),

  installed_at timestamptz not null default now(),
  installed_by uuid references profiles (id) on delete set null,
  enabled_at timestamptz default now(),
  updated_at timestamptz not null default now(),
  uninstalled_at timestamptz,
  uninstalled_by uuid references profiles (id) on delete set null,

  unique (agency_id, id),
  foreign key (agency_id, subscription_id) references agency_module_subscriptions (agency_id, id) on delete set null (subscription_id)
);
create unique index agency_module_inst_live on agency_module_installations (agency_id, module_id) where uninstalled_at is null;
create index idx_agency_module_inst_module on agency_module_installations (module_id);

create table client_module_installations (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  client_id uuid not null,
  module_id uuid not null references modules (id) on delete cascade,
  agency_subscription_id uuid,

  -- The client pays the agency's retail price to the agency.
  billing_status text not null default 'active',
  stripe_subscription_id text,
  price_paid bigint,
  billing_cycle text not null default 'monthly' check (billing_cycle in ('monthly', 'yearly', 'one_time')),
  current_period_start timestamptz,
  current_period_end timestamptz,

  is_enabled boolean not null default true,
  settings jsonb not null default '{}',
  revision int not null default 1,

  granted_permissions text[] not null default '{}',
  grants_epoch int not null default 1,
  channel text not null default 'stable' check (channel in ('stable', 'beta')),
  pinned_version text,
  hook_placements jsonb not null default '{}',
  consent_override text,
  limit_status text not null default 'within' check (limit_status in ('within', 'over_limit', 'suspended')),

  price_version int,
  price_wholesale bigint,
  price_markup_type text,
  price_markup_basis_points bigint,
  price_developer_share bigint,
  price_currency text,

  installed_at timestamptz not null default now(),
  installed_by uuid references profiles (id) on delete set null,
  enabled_at timestamptz default now(),
  updated_at timestamptz not null default now(),
  uninstalled_at timestamptz,
  uninstalled_by uuid references profiles (id) on delete set null,

  unique (agency_id, id),
  foreign key (agency_id, client_id) references clients (agency_id, id) on delete cascade,
  foreign key (agency_id, agency_subscription_id)
    references agency_module_subscriptions (agency_id, id) on delete set null (agency_subscription_id)
);
create unique index client_module_inst_live on client_module_installations (client_id, module_id) where uninstalled_at is null;
create index idx_client_module_inst_client on client_module_installations (client_id);
create index idx_client_module_inst_agency on client_module_installations (agency_id);
create index idx_client_module_inst_module on client_module_installations (module_id);

create table site_module_installations (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  -- Filled from the site when it is left out.
  client_id uuid not null,
  site_id uuid not null,
  module_id uuid not null references modules (id) on delete cascade,
  client_installation_id uuid,
  agency_subscription_id uuid,

  is_enabled boolean not null default true,
  settings jsonb not null default '{}',
  revision int not null default 1,

  granted_permissions text[] not null default '{}',
  grants_epoch int not null default 1,
  channel text not null default 'stable' check (channel in ('stable', 'beta')),
  pinned_version text,
  hook_placements jsonb not null default '{}',
  consent_override text,
  limit_status text not null default 'within' check (limit_status in ('within', 'over_limit', 'suspended')),

  price_version int,
  price_wholesale bigint,
  price_markup_type text,
  price_markup_basis_points bigint,
  price_developer_share bigint,
  price_currency text,
  price_paid bigint,
  billing_cycle text check (billing_cycle in ('monthly', 'yearly', 'one_time')),

  installed_at timestamptz not null default now(),
  installed_by uuid references profiles (id) on delete set null,
  enabled_at timestamptz default now(),
  updated_at timestamptz not null default now(),
  uninstalled_at timestamptz,
  uninstalled_by uuid references profiles (id) on delete set null,

  unique (agency_id, id),
  foreign key (agency_id, client_id, site_id) references sites (agency_id, client_id, id) on delete cascade on update cascade,
  foreign key (agency_id, client_installation_id)
    references client_module_installations (agency_id, id) on delete set null (client_installation_id),
  foreign key (agency_id, agency_subscription_id)
    references agency_module_subscriptions (agency_id, id) on delete set null (agency_subscription_id)
);
create unique index site_module_inst_live on site_module_installations (site_id, module_id) where uninstalled_at is null;
create index idx_site_module_inst_site on site_module_installations (site_id);
create index idx_site_module_inst_agency on site_module_installations (agency_id);
create index idx_site_module_inst_module on site_module_installations (module_id);

create function fill_client_of_site() returns trigger
language plpgsql
as $$
begin
  if new.client_id is null then
    select client_id into new.client_id from sites where id = new.site_id and agency_id = new.agency_id;
  end if;
  return new;
end
$$;
create trigger fill_client before insert on site_module_installations for each row execute function fill_client_of_site();

create function count_revision() returns trigger
language plpgsql
as $$
begin
  new.revision := old.revision + 1;
  new.updated_at := now();
  if new.is_enabled and not old.is_enabled then
    new.enabled_at := now();
  end if;
  return new;
end
$$;

-- The catalogue's count of live installations.
create function count_installations() returns trigger
language plpgsql
as $$
declare
  before int := 0;
  after int := 0;
begin
  if tg_op <> 'INSERT' and old.uninstalled_at is null then before := 1; end if;
  if tg_op <> 'DELETE' and new.uninstalled_at is null then after := 1; end if;
  if before <> after then
    update modules set install_count = greatest(install_count + after - before, 0) where id = coalesce(new.module_id, old.module_id);
  end if;
  return null;
end
$$;

create trigger count_revision before update on agency_module_installations for each row execute function count_revision();
create trigger count_revision before update on client_module_installations for each row execute function count_revision();
create trigger count_revision before update on site_module_installations for each row execute function count_revision();
create trigger count_installations after insert or delete or update of uninstalled_at on agency_module_installations
  for each row execute function count_installations();
create trigger count_installations after insert or delete or update of uninstalled_at on client_module_installations
  for each row execute function count_installations();
create trigger count_installations after insert or delete or update of uninstalled_at on site_module_installations
  for each row execute function count_installations();

-- All three, with their level. It runs with the caller's rights, so row security holds.
create view installations with (security_invoker = true) as
  select id, 'agency'::text as level, agency_id, null::uuid as client_id, null::uuid as site_id, module_id,
    subscription_id as agency_subscription_id, is_enabled, settings, revision, granted_permissions, grants_epoch, channel,
    pinned_version, hook_placements, consent_override, limit_status, price_version, price_wholesale, price_paid, price_currency,
    billing_cycle, installed_at, installed_by, enabled_at, updated_at, uninstalled_at
  from agency_module_installations
  union all
  select id, 'client', agency_id, client_id, null, module_id,
    agency_subscription_id, is_enabled, settings, revision, granted_permissions, grants_epoch, channel,
    pinned_version, hook_placements, consent_override, limit_status, price_version, price_wholesale, price_paid, price_currency,
    billing_cycle, installed_at, installed_by, enabled_at, updated_at, uninstalled_at
  from client_module_installations
  union all
  select id, 'site', agency_id, client_id, site_id, module_id,
    agency_subscription_id, is_enabled, settings, revision, granted_permissions, grants_epoch, channel,
    pinned_version, hook_placements, consent_override, limit_status, price_version, price_wholesale, price_paid, price_currency,
    billing_cycle, installed_at, installed_by, enabled_at, updated_at, uninstalled_at
  from site_module_installations;
