-- Places with a public key and origins, where modules mount; and what is known about an installation's recipients.

create table surfaces (
  id uuid primary key default gen_random_uuid(),
  key text not null unique check (key ~ '^[0-9A-Za-z_]{8,64}$'),
  kind text not null check (kind in ('site', 'portal', 'dashboard', 'agency')),
  agency_id uuid not null references agencies (id) on delete cascade,
  client_id uuid,
  site_id uuid,
  name text not null default '',
  origins text[] not null default '{}',
  preview_origins text[] not null default '{}',
  status text not null default 'active' check (status in ('active', 'suspended')),
  locale text not null default 'en',
  theme jsonb not null default '{}',
  -- The plan's revision: raised with every change that a page could see.
  revision bigint not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (agency_id, id),
  foreign key (agency_id, client_id) references clients (agency_id, id) on delete cascade,
  foreign key (agency_id, site_id) references sites (agency_id, id) on delete cascade,
  foreign key (agency_id, client_id, site_id) references sites (agency_id, client_id, id) on delete cascade on update cascade,
  constraint surface_has_its_owner check (case kind when 'site' then site_id is not null when 'portal' then client_id is not null else true end)
);
create index idx_surfaces_agency on surfaces (agency_id);
create index idx_surfaces_client on surfaces (client_id);
create index idx_surfaces_site on surfaces (site_id);

create function raise_surface_revision() returns trigger
language plpgsql
as $$
begin
  if new.revision = old.revision then
    new.revision := old.revision + 1;
  end if;
  new.updated_at := now();
  return new;
end
$$;
create trigger raise_revision before update on surfaces for each row execute function raise_surface_revision();

-- Platform-level modules run everywhere without a row; here a surface does without one.
create table platform_module_exclusions (
  agency_id uuid not null,
  surface_id uuid not null,
  module_id uuid not null references modules (id) on delete cascade,
  excluded_by uuid references profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (surface_id, module_id),
  foreign key (agency_id, surface_id) references surfaces (agency_id, id) on delete cascade
);

-- Addresses that confirmed that they want an installation's mail.
create table verified_recipients (
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  address text not null,
  -- SHA-256 of the confirmation's token, until it is confirmed.
  confirmation_sha256 bytea,
  requested_at timestamptz not null default now(),
  verified_at timestamptz,
  primary key (installation_id, address)
);
create index idx_verified_recipients_agency on verified_recipients (agency_id);
