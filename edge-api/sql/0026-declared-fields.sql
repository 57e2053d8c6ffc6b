-- `indexed` and `unique` of a manifest's collections. Field values are copied out of the documents into rows of their own, because
-- the fields are known only to the manifest of the version that an installation runs, and no index per module is affordable.

-- What the rows below were built from. A version that declares other fields makes the API build them again.
create table module_collection_indexes (
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  collection text not null,
  definition text not null,
  primary key (installation_id, collection)
);
create index idx_module_collection_indexes_agency on module_collection_indexes (agency_id);

-- One row for each document and indexed field. Numbers and booleans (0 and 1) sort first, then texts, then everything else.
create table module_document_fields (
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  collection text not null,
  document_id text not null,
  field text not null,
  kind smallint not null check (kind in (0, 1, 2)),
  number_value numeric not null default 0,
  text_value text collate "C" not null default '',
  primary key (installation_id, collection, document_id, field),
  foreign key (installation_id, collection, document_id) references module_documents (installation_id, collection, id) on delete cascade
);
create index idx_module_document_fields_agency on module_document_fields (agency_id);
create index idx_module_document_fields_value on module_document_fields (installation_id, collection, field, kind, number_value, text_value, document_id);

-- One row for each document and unique key of it. `fields` names the key, as JSON; `value_sha256` is the hash of its values.
create table module_document_keys (
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  collection text not null,
  fields text not null,
  value_sha256 bytea not null check (octet_length(value_sha256) = 32),
  document_id text not null,
  primary key (installation_id, collection, fields, value_sha256),
  foreign key (installation_id, collection, document_id) references module_documents (installation_id, collection, id) on delete cascade
);
create index idx_module_document_keys_agency on module_document_keys (agency_id);
create index idx_module_document_keys_document on module_document_keys (installation_id, collection, document_id);

do $$
declare
  item text;
begin
  foreach item in array array['module_collection_indexes', 'module_document_fields', 'module_document_keys'] loop
    execute format('alter table %I enable row level security', item);
    execute format('alter table %I force row level security', item);
    execute format(
      'create policy tenant_rows on %I for all to dramac_app using (agency_id = (select current_agency())) with check (agency_id = (select current_agency()))',
      item);
    execute format('create policy platform_keeps_documents on %I for all to dramac_platform using (true) with check (true)', item);
    execute format('grant select, insert, update, delete on %I to dramac_app, dramac_platform', item);
  end loop;
end
$$;

-- Writes the field rows of one document, or of a whole collection when `document` is null.
create function index_document_fields(installation uuid, collection_name text, indexed text[], document text default null) returns void
language sql
as $$
  insert into module_document_fields (installation_id, agency_id, collection, document_id, field, kind, number_value, text_value)
  select d.installation_id, d.agency_id, d.collection, d.id, f.field,
    case jsonb_typeof(d.data -> f.field) when 'number' then 0 when 'boolean' then 0 when 'string' then 1 else 2 end,
    case jsonb_typeof(d.data -> f.field)
      when 'number' then (d.data ->> f.field)::numeric
      when 'boolean' then case when (d.data ->> f.field)::boolean then 1 else 0 end
      else 0
    end,
    case jsonb_typeof(d.data -> f.field) when 'string' then left(d.data ->> f.field, 500) else '' end
  from module_documents d cross join unnest(indexed) as f (field)
  where d.installation_id = installation and d.collection = collection_name and (document is null or d.id = document)
  on conflict (installation_id, collection, document_id, field)
  do update set kind = excluded.kind, number_value = excluded.number_value, text_value = excluded.text_value
  where (module_document_fields.kind, module_document_fields.number_value, module_document_fields.text_value)
    is distinct from (excluded.kind, excluded.number_value, excluded.text_value)
$$;

-- The unique keys of one document, or of a whole collection when `document` is null. `keys` is a JSON array of arrays of field names.
-- A key with a field that is missing or null has no value, so it never collides. Documents that already share a value when a
-- version declares it unique stay as they are: the oldest one holds the key.
create function document_keys(installation uuid, collection_name text, keys jsonb, document text default null)
returns table (agency_id uuid, fields text, value_sha256 bytea, document_id text)
language sql stable
as $$
  select d.agency_id, k.fields::text, sha256(convert_to((select jsonb_agg(d.data -> f.name order by f.position) from jsonb_array_elements_text(k.fields) with ordinality as f (name, position))::text, 'UTF8')), d.id
  from module_documents d cross join jsonb_array_elements(keys) as k (fields)
  where d.installation_id = installation and d.collection = collection_name and (document is null or d.id = document)
    and not exists (select from jsonb_array_elements_text(k.fields) as f (name) where coalesce(d.data -> f.name, 'null') = 'null')
  order by d.created_at, d.id, k.fields::text
$$;

-- Builds the rows of a whole collection for new declarations.
create function rebuild_collection_indexes(installation uuid, agency uuid, collection_name text, indexed text[], keys jsonb, new_definition text) returns void
language plpgsql
as $$
begin
  delete from module_document_fields f where f.installation_id = installation and f.collection = collection_name;
  delete from module_document_keys k where k.installation_id = installation and k.collection = collection_name;
  perform index_document_fields(installation, collection_name, indexed);
  insert into module_document_keys (installation_id, agency_id, collection, fields, value_sha256, document_id)
    select installation, k.agency_id, collection_name, k.fields, k.value_sha256, k.document_id
    from document_keys(installation, collection_name, keys) k
    on conflict do nothing;
  insert into module_collection_indexes (installation_id, agency_id, collection, definition)
    values (installation, agency, collection_name, new_definition)
    on conflict (installation_id, collection) do update set definition = excluded.definition;
end
$$;

-- Writes the keys of one document that was just stored. Returns the fields of the first key that another document holds.
create function claim_document_keys(installation uuid, collection_name text, keys jsonb, document text) returns text
language plpgsql
as $$
declare
  claim record;
begin
  delete from module_document_keys k
  where k.installation_id = installation and k.collection = collection_name and k.document_id = document
    and not exists (
      select from document_keys(installation, collection_name, keys, document) n where n.fields = k.fields and n.value_sha256 = k.value_sha256);
  for claim in select * from document_keys(installation, collection_name, keys, document) loop
    insert into module_document_keys (installation_id, agency_id, collection, fields, value_sha256, document_id)
      values (installation, claim.agency_id, collection_name, claim.fields, claim.value_sha256, document)
      on conflict do nothing;
    if not found and not exists (
      select from module_document_keys k
      where k.installation_id = installation and k.collection = collection_name and k.fields = claim.fields
        and k.value_sha256 = claim.value_sha256 and k.document_id = document) then
      return claim.fields;
    end if;
  end loop;
  return null;
end
$$;
