-- What modules reach outside: hosts that an installer agreed to, and the secrets that are sent there.
-- An installation may be one of a platform-level module, which has no row: no foreign keys to it.

create table installation_hosts (
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  host text not null,
  agreed_at timestamptz not null default now(),
  primary key (installation_id, host)
);
create index idx_installation_hosts_agency on installation_hosts (agency_id);

create table installation_secrets (
  id uuid primary key default gen_random_uuid(),
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  name text not null,
  -- The host that was declared when it was put in; it is sent nowhere else, whatever a later version declares.
  host text not null,
  -- Which master key wraps the data key.
  key_id text not null,
  wrapped_key bytea not null,
  sealed bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (installation_id, name)
);
create index idx_installation_secrets_agency on installation_secrets (agency_id);

-- Whoever grants access:api agrees to the hosts of the version that runs at this moment; what a later version adds waits.
create function agree_to_hosts() returns trigger
language plpgsql
as $$
begin
  delete from installation_hosts where installation_id = new.id;
  if 'access:api' = any (new.granted_permissions) then
    insert into installation_hosts (installation_id, agency_id, host)
    select new.id, new.agency_id, coalesce(entry ->> 'host', entry #>> '{}')
    from modules m
      join module_versions v on v.module_id = m.id and v.version = coalesce(new.pinned_version, m.current_version)
      cross join lateral jsonb_array_elements(case jsonb_typeof(v.manifest -> 'connect') when 'array' then v.manifest -> 'connect' else '[]' end) entry
    where m.id = new.module_id
    on conflict do nothing;
  end if;
  return null;
end
$$;

create function forget_outgoing() returns trigger
language plpgsql
as $$
begin
  delete from installation_hosts where installation_id = old.id;
  delete from installation_secrets where installation_id = old.id;
  return null;
end
$$;

do $$
declare
  item text;
begin
  foreach item in array array['agency_module_installations', 'client_module_installations', 'site_module_installations'] loop
    execute format('create trigger agree_to_hosts after insert or update of granted_permissions on %I for each row execute function agree_to_hosts()', item);
    execute format('create trigger forget_outgoing after delete on %I for each row execute function forget_outgoing()', item);
    -- What was granted before there was this table was agreed to with the hosts of that time. The owner sees rows only without FORCE.
    execute format('alter table %I no force row level security', item);
    execute format('insert into installation_hosts (installation_id, agency_id, host)
      select i.id, i.agency_id, coalesce(entry ->> ''host'', entry #>> ''{}'')
      from %I i join modules m on m.id = i.module_id
        join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)
        cross join lateral jsonb_array_elements(case jsonb_typeof(v.manifest -> ''connect'') when ''array'' then v.manifest -> ''connect'' else ''[]'' end) entry
      where ''access:api'' = any (i.granted_permissions) on conflict do nothing', item);
    execute format('alter table %I force row level security', item);
  end loop;
  foreach item in array array['installation_hosts', 'installation_secrets'] loop
    execute format('alter table %I enable row level security', item);
    execute format('alter table %I force row level security', item);
    execute format(
      'create policy tenant_rows on %I for all to dramac_app using (agency_id = (select current_agency())) with check (agency_id = (select current_agency()))',
      item);
    execute format('create policy platform_reaches_out on %I for all to dramac_platform using (true) with check (true)', item);
    execute format('grant select, insert, update, delete on %I to dramac_app, dramac_platform', item);
  end loop;
end
$$;
