-- The catalogue: modules, their versions, and the files of each version by content hash.

create table modules (
  id uuid primary key default gen_random_uuid(),

  slug text not null unique,
  name text not null,
  description text,
  long_description text,
  icon text not null default '🧩',
  banner_image text,

  category text not null,
  type text not null default 'widget' check (type in ('widget', 'app', 'integration', 'system', 'custom')),
  tags text[] not null default '{}',
  install_level text not null default 'site' check (install_level in ('platform', 'agency', 'client', 'site')),

  current_version text not null default '1.0.0',
  min_platform_version text,

  -- Wholesale: what agencies pay the platform. Money is in minor units.
  pricing_type text not null default 'free' check (pricing_type in ('free', 'one_time', 'monthly', 'yearly')),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  wholesale_price_monthly bigint not null default 0 check (wholesale_price_monthly >= 0),
  wholesale_price_yearly bigint not null default 0 check (wholesale_price_yearly >= 0),
  wholesale_price_one_time bigint not null default 0 check (wholesale_price_one_time >= 0),
  suggested_retail_monthly bigint check (suggested_retail_monthly >= 0),
  suggested_retail_yearly bigint check (suggested_retail_yearly >= 0),
  -- Counts the changes of the wholesale prices; installations remember the one they were sold at.
  price_version int not null default 1,

  lemon_product_id text,
  lemon_variant_monthly_id text,
  lemon_variant_yearly_id text,
  lemon_variant_one_time_id text,
  stripe_product_id text,
  stripe_price_monthly_id text,
  stripe_price_yearly_id text,

  required_permissions text[] not null default '{}',
  provided_hooks text[] not null default '{}',

  package_url text,
  package_hash text,
  manifest jsonb not null default '{}',
  settings_schema jsonb not null default '{}',
  default_settings jsonb not null default '{}',

  author_name text not null default 'DRAMAC',
  author_verified boolean not null default true,
  screenshots text[] not null default '{}',
  features text[] not null default '{}',
  requirements text[] not null default '{}',
  changelog jsonb not null default '[]',
  documentation_url text,
  support_url text,

  -- Kept by triggers. The total makes the average exact without reading other agencies' reviews.
  install_count int not null default 0,
  rating_total bigint not null default 0,
  rating_average numeric(3, 2) not null default 0,
  rating_count int not null default 0,

  status text not null default 'draft' check (status in ('draft', 'review', 'active', 'deprecated', 'disabled')),
  is_featured boolean not null default false,
  is_premium boolean not null default false,
  killed_at timestamptz,
  kill_reason text,

  created_by uuid references profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  published_at timestamptz
);
create index idx_modules_status on modules (status);
create index idx_modules_install_level on modules (install_level);
create index idx_modules_category on modules (category);

-- One immutable package of a module.
create table module_versions (
  id uuid primary key default gen_random_uuid(),
  module_id uuid not null references modules (id) on delete cascade,
  version text not null,
  manifest jsonb not null,
  package_hash text not null,
  entry_hash text,
  size bigint not null default 0 check (size >= 0),
  status text not null default 'uploaded' check (status in ('uploaded', 'published', 'yanked')),
  channel text not null default 'stable' check (channel in ('stable', 'beta')),
  -- Which share of the installations follows it already.
  rollout_percent int not null default 100 check (rollout_percent between 0 and 100),
  killed_at timestamptz,
  created_by uuid references profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  published_at timestamptz,
  yanked_at timestamptz,
  unique (module_id, version)
);
create index idx_module_versions_package on module_versions (package_hash);
create index idx_module_versions_live on module_versions (module_id, channel, published_at desc) where status = 'published';

create table file_contents (
  content_hash text primary key,
  bytes bytea not null,
  size bigint not null check (size = octet_length(bytes)),
  created_at timestamptz not null default now()
);
-- Built files are compressed already or small; uncompressed storage makes ranges of them cheap.
alter table file_contents alter column bytes set storage external;

create table module_version_files (
  version_id uuid not null references module_versions (id) on delete cascade,
  path text not null,
  content_hash text not null references file_contents (content_hash),
  content_type text not null,
  size bigint not null check (size >= 0),
  primary key (version_id, path)
);
create index idx_module_version_files_content on module_version_files (content_hash);

-- A published version never changes what it consists of.
create function keep_versions_immutable() returns trigger
language plpgsql
as $$
begin
  if old.status <> 'uploaded' and (new.version, new.module_id, new.package_hash, new.entry_hash, new.manifest)
    is distinct from (old.version, old.module_id, old.package_hash, old.entry_hash, old.manifest) then
    raise exception 'Version % is published and never changes: publish a new one.', old.version using errcode = 'integrity_constraint_violation';
  end if;
  return new;
end
$$;
create trigger keep_immutable before update on module_versions for each row execute function keep_versions_immutable();

create function count_price_versions() returns trigger
language plpgsql
as $$
begin
  if (new.wholesale_price_monthly, new.wholesale_price_yearly, new.wholesale_price_one_time, new.currency)
    is distinct from (old.wholesale_price_monthly, old.wholesale_price_yearly, old.wholesale_price_one_time, old.currency) then
    new.price_version := old.price_version + 1;
  end if;
  new.updated_at := now();
  return new;
end
$$;
create trigger count_price_versions before update on modules for each row execute function count_price_versions();
