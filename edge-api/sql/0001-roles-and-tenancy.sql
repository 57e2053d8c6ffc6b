-- The two roles that anything runs as, and the tenants: platform -> agency -> client -> site.

-- Roles belong to the cluster, so another database, or another node, may be making them at this moment.
do $$
declare
  wanted text;
begin
  foreach wanted in array array['dramac_app', 'dramac_platform'] loop
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin nosuperuser nobypassrls nocreatedb nocreaterole noinherit', wanted);
      exception
        when duplicate_object or unique_violation then null;
        when insufficient_privilege then
          raise exception 'The login % may not create the role %.', current_user, wanted
            using hint = format('Have an administrator run: create role %I nologin nobypassrls; grant %I to %I;', wanted, wanted, current_user);
      end;
    end if;
    if (select rolsuper or rolbypassrls from pg_roles where rolname = wanted) then
      raise exception 'The role % must be neither superuser nor bypassrls: it exists and is.', wanted;
    end if;
  end loop;
end
$$;

-- The login must be able to act as them. Two databases of one cluster may grant at once: the loser tries again.
do $$
declare
  wanted text;
begin
  if (select rolsuper from pg_roles where rolname = current_user) then
    return;
  end if;
  foreach wanted in array array['dramac_app', 'dramac_platform'] loop
    for attempt in 1..10 loop
      begin
        execute format('grant %I to %I', wanted, current_user);
        exit;
      exception
        when insufficient_privilege then
          exit when pg_has_role(current_user, wanted, 'member');
          raise exception 'The login % may not act as %.', current_user, wanted
            using hint = format('Have an administrator run: grant %I to %I;', wanted, current_user);
        when internal_error or unique_violation then
          perform pg_sleep(0.05);
      end;
    end loop;
  end loop;
end
$$;

grant usage on schema public to dramac_app, dramac_platform;

-- The tenant of this transaction; null without a context, and then no row matches.
create function current_agency() returns uuid
language sql stable parallel safe
as $$ select nullif(current_setting('app.agency', true), '')::uuid $$;

create function touch_updated_at() returns trigger
language plpgsql
as $$
begin
  new.updated_at := now();
  return new;
end
$$;

create table agencies (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  slug text not null unique,
  status text not null default 'active' check (status in ('active', 'suspended', 'closed')),
  locale text not null default 'en',
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),
  lemon_customer_id text,
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

create table clients (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  name text not null,
  email text,
  status text not null default 'active' check (status in ('active', 'suspended', 'closed')),
  locale text not null default 'en',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (agency_id, id)
);

create table sites (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  client_id uuid not null,
  name text not null,
  domain text,
  status text not null default 'active' check (status in ('draft', 'active', 'suspended', 'closed')),
  locale text not null default 'en',
  timezone text not null default 'UTC',
  settings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (agency_id, id),
  unique (agency_id, client_id, id),
  foreign key (agency_id, client_id) references clients (agency_id, id) on delete cascade
);
create index idx_sites_client on sites (client_id);

-- People. A super admin belongs to no agency, a client's member to an agency and its client.
create table profiles (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid references agencies (id) on delete cascade,
  client_id uuid,
  role text not null check (role in ('super_admin', 'agency_owner', 'agency_admin', 'agency_member', 'client_member')),
  email text not null,
  name text not null default '',
  status text not null default 'active' check (status in ('invited', 'active', 'disabled')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (agency_id, id),
  foreign key (agency_id, client_id) references clients (agency_id, id) on delete cascade,
  check ((role = 'super_admin') = (agency_id is null)),
  check ((role = 'client_member') = (client_id is not null))
);
create unique index profiles_email on profiles (lower(email));

-- Secret keys: only the prefix and the SHA-256 of the whole are kept.
create table api_keys (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid references agencies (id) on delete cascade,
  client_id uuid,
  role text not null check (role in ('super_admin', 'agency_owner', 'agency_admin', 'agency_member', 'client_member')),
  label text not null default '',
  prefix text not null unique,
  hash bytea not null unique check (octet_length(hash) = 32),
  created_by uuid references profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  foreign key (agency_id, client_id) references clients (agency_id, id) on delete cascade,
  check ((role = 'super_admin') = (agency_id is null)),
  check ((role = 'client_member') = (client_id is not null))
);
create index idx_api_keys_agency on api_keys (agency_id);

-- Who did what, from where, before and after. It outlives what it tells of, so it has no foreign keys.
create table audit_log (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid,
  actor_kind text not null check (actor_kind in ('profile', 'api_key', 'system')),
  actor_id uuid,
  actor_role text,
  action text not null,
  subject_kind text not null,
  subject_id text,
  before jsonb,
  after jsonb,
  reason text,
  ip inet,
  request_id text,
  created_at timestamptz not null default now()
);
create index idx_audit_log_agency on audit_log (agency_id, created_at desc);
create index idx_audit_log_subject on audit_log (subject_kind, subject_id, created_at desc);

create trigger touch before update on agencies for each row execute function touch_updated_at();
create trigger touch before update on clients for each row execute function touch_updated_at();
create trigger touch before update on sites for each row execute function touch_updated_at();
create trigger touch before update on profiles for each row execute function touch_updated_at();
