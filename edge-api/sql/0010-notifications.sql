-- Every node hears what changed and drops what it cached. Ids only: a payload is public within the cluster.

create function notify_changed() returns trigger
language plpgsql
as $$
declare
  was jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
  now_is jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
  -- Counters and clocks change often, and no plan depends on them.
  quiet constant text[] := array['updated_at', 'install_count', 'rating_total', 'rating_average', 'rating_count', 'current_installations'];
  item jsonb := coalesce(now_is, was);
begin
  if tg_op = 'UPDATE' and was - quiet = now_is - quiet then
    return null;
  end if;
  perform pg_notify('dramac_changed', jsonb_strip_nulls(jsonb_build_object(
    'kind', tg_argv[0],
    'op', lower(tg_op),
    'id', item -> 'id',
    'agency', item -> 'agency_id',
    'client', item -> 'client_id',
    'site', item -> 'site_id',
    'surface', case tg_argv[0] when 'surface' then item -> 'id' else item -> 'surface_id' end,
    'key', case tg_argv[0] when 'surface' then item -> 'key' end,
    'module', case tg_argv[0] when 'module' then item -> 'id' else item -> 'module_id' end,
    'level', tg_argv[1]
  ))::text);
  return null;
end
$$;

create trigger notify_changed after insert or update or delete on agencies for each row execute function notify_changed('agency');
create trigger notify_changed after insert or update or delete on clients for each row execute function notify_changed('client');
create trigger notify_changed after insert or update or delete on sites for each row execute function notify_changed('site');
create trigger notify_changed after insert or update or delete on surfaces for each row execute function notify_changed('surface');
create trigger notify_changed after insert or update or delete on platform_module_exclusions
  for each row execute function notify_changed('exclusion');
create trigger notify_changed after insert or update or delete on modules for each row execute function notify_changed('module');
create trigger notify_changed after insert or update or delete on module_versions for each row execute function notify_changed('version');
create trigger notify_changed after insert or update or delete on agency_module_subscriptions
  for each row execute function notify_changed('subscription');
create trigger notify_changed after insert or update or delete on agency_module_installations
  for each row execute function notify_changed('installation', 'agency');
create trigger notify_changed after insert or update or delete on client_module_installations
  for each row execute function notify_changed('installation', 'client');
create trigger notify_changed after insert or update or delete on site_module_installations
  for each row execute function notify_changed('installation', 'site');

create function notify_documents() returns trigger
language plpgsql
as $$
declare
  item module_documents := coalesce(new, old);
begin
  perform pg_notify('dramac_documents', jsonb_build_object(
    'installation', item.installation_id,
    'collection', item.collection,
    'id', item.id,
    'op', lower(tg_op),
    'visitor', item.visitor_sub
  )::text);
  return null;
end
$$;
create trigger notify_documents after insert or update or delete on module_documents for each row execute function notify_documents();
