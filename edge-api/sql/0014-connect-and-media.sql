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

-- Whoever grants access:api agrees to the hosts of the version that runs at this moment; what a later version adds waits until
-- access:api is taken back and granted again: a change of other permissions agrees to nothing.
create function agree_to_hosts() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'UPDATE' and ('access:api' = any (old.granted_permissions)) = ('access:api' = any (new.granted_permissions)) then
    return null;
  end if;
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

-- Files that modules keep: images that were drawn anew, and a few other types, by what they hold.
create table module_media (
  installation_id uuid not null,
  -- SHA-256 of the bytes, and the file's address.
  content_hash text not null check (content_hash ~ '^[0-9a-f]{64}$'),
  agency_id uuid not null references agencies (id) on delete cascade,
  module_id uuid not null references modules (id) on delete cascade,
  collection text not null,
  author text not null check (author in ('visitor', 'member')),
  -- The visitor who sent it first.
  visitor_sub text,
  name text not null,
  content_type text not null,
  bytes bytea not null,
  size int not null check (size = octet_length(bytes)),
  created_at timestamptz not null default now(),
  primary key (installation_id, content_hash)
);
create index idx_module_media_content on module_media (content_hash);
create index idx_module_media_agency on module_media (agency_id);
create index idx_module_media_module on module_media (module_id);
-- Compressed already.
alter table module_media alter column bytes set storage external;

alter table module_media enable row level security;
alter table module_media force row level security;
create policy tenant_rows on module_media for all to dramac_app using (agency_id = (select current_agency())) with check (agency_id = (select current_agency()));
create policy platform_serves_media on module_media for all to dramac_platform using (true) with check (true);
-- Nothing of a file is ever changed; locking a row before it is deleted asks for the right all the same.
grant select, insert, update (name), delete on module_media to dramac_app, dramac_platform;

-- Counters besides '' (everything) and a visitor's name (its documents): 'media/' is the files of all visitors, 'media/' and a name
-- those of one. Visitors together get half of the installation's room, so that their files never shut out everybody's documents.
create or replace function add_storage_usage(installation uuid, agency uuid, visitor text, difference bigint) returns void
language sql
as $$
  insert into module_storage_usage as usage (installation_id, agency_id, visitor_sub, bytes, limit_bytes)
  values (installation, agency, visitor, greatest(difference, 0),
    case when visitor = '' then 52428800 when visitor = 'media/' then 26214400 when visitor like 'media/%' then 10485760 else 1048576 end)
  on conflict (installation_id, visitor_sub) do update set bytes = greatest(usage.bytes + difference, 0)
$$;

create function count_media() returns trigger
language plpgsql
as $$
declare
  item module_media := coalesce(new, old);
begin
  if tg_op = 'DELETE' then
    update module_storage_usage set bytes = greatest(bytes - item.size, 0)
    where installation_id = item.installation_id
      and (visitor_sub = '' or (item.author = 'visitor' and visitor_sub in ('media/', 'media/' || item.visitor_sub)));
  else
    perform add_storage_usage(item.installation_id, item.agency_id, '', item.size);
    if item.author = 'visitor' then
      perform add_storage_usage(item.installation_id, item.agency_id, 'media/', item.size);
      if item.visitor_sub is not null then
        perform add_storage_usage(item.installation_id, item.agency_id, 'media/' || item.visitor_sub, item.size);
      end if;
    end if;
  end if;
  return null;
end
$$;
create trigger count_media after insert or delete on module_media for each row execute function count_media();

create function forget_media() returns trigger
language plpgsql
as $$
begin
  delete from module_media where installation_id = old.id;
  return null;
end
$$;
create trigger forget_media after delete on agency_module_installations for each row execute function forget_media();
create trigger forget_media after delete on client_module_installations for each row execute function forget_media();
create trigger forget_media after delete on site_module_installations for each row execute function forget_media();
