-- What modules store, and how much. An installation may be one of a platform-level module, which has no row: no foreign key.

create table module_documents (
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  collection text not null,
  id text not null,
  -- The visitor who made it; null for members and the module itself.
  visitor_sub text,
  -- Stamped by the API: who wrote it, whosever it is.
  author text not null default 'visitor' check (author in ('visitor', 'member')),
  -- For If-Match.
  version int not null default 1,
  data jsonb not null,
  size int not null check (size >= 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (installation_id, collection, id)
);
create index idx_module_documents_agency on module_documents (agency_id);
create index idx_module_documents_created on module_documents (installation_id, collection, created_at, id);
create index idx_module_documents_visitor on module_documents (installation_id, collection, visitor_sub, created_at, id)
  where visitor_sub is not null;

-- Bytes in use: visitor_sub '' is the whole installation. The limit is a constraint, so parallel writes cannot pass it together.
create table module_storage_usage (
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  visitor_sub text not null default '',
  bytes bigint not null default 0 check (bytes >= 0),
  limit_bytes bigint not null,
  primary key (installation_id, visitor_sub),
  constraint module_storage_within_quota check (bytes <= limit_bytes)
);
create index idx_module_storage_usage_agency on module_storage_usage (agency_id);

-- The default limits: 50 MB for an installation, 1 MB for each visitor of it.
create function add_storage_usage(installation uuid, agency uuid, visitor text, difference bigint) returns void
language sql
as $$
  insert into module_storage_usage as usage (installation_id, agency_id, visitor_sub, bytes, limit_bytes)
  values (installation, agency, visitor, greatest(difference, 0), case when visitor = '' then 52428800 else 1048576 end)
  on conflict (installation_id, visitor_sub) do update set bytes = greatest(usage.bytes + difference, 0)
$$;

create function count_storage() returns trigger
language plpgsql
as $$
declare
  difference bigint;
begin
  if tg_op = 'UPDATE' and new.visitor_sub is distinct from old.visitor_sub then
    raise exception 'A document stays with the visitor who made it.' using errcode = 'integrity_constraint_violation';
  end if;
  difference := case tg_op when 'INSERT' then new.size when 'DELETE' then -old.size else new.size - old.size end;
  if tg_op = 'DELETE' then
    -- The agency itself may be on its way out; then its counters go with it.
    update module_storage_usage set bytes = greatest(bytes + difference, 0)
    where installation_id = old.installation_id and visitor_sub in ('', old.visitor_sub);
  elsif difference <> 0 or tg_op = 'INSERT' then
    perform add_storage_usage(new.installation_id, new.agency_id, '', difference);
    if new.visitor_sub is not null then
      perform add_storage_usage(new.installation_id, new.agency_id, new.visitor_sub, difference);
    end if;
  end if;
  return null;
end
$$;
create trigger count_storage after insert or update or delete on module_documents for each row execute function count_storage();
