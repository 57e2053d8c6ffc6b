-- Usage: raw rows in day partitions that are dropped, never deleted from; rollups in month partitions that queries read.
-- Raw rows carry ids without foreign keys: they arrive by the hundred thousand and may outlive what they tell of.

create table module_usage_events (
  id uuid not null,
  created_at timestamptz not null default now(),
  module_id uuid not null,
  installation_id uuid not null,
  agency_id uuid not null,
  client_id uuid,
  site_id uuid,
  surface_key text not null default '',
  version text not null default '',
  event_type text not null check (event_type in ('load', 'action', 'error', 'api_call')),
  event_name text,
  metadata jsonb not null default '{}',
  load_time_ms int check (load_time_ms >= 0),
  -- The event came with a token that we minted.
  verified boolean not null default false,
  -- A keyed hash of the sender's network, for counting how many saw an error; never an address.
  network text,
  primary key (id, created_at)
) partition by range (created_at);
create index idx_module_usage_events_module on module_usage_events (module_id, created_at desc);
create index idx_module_usage_events_created on module_usage_events (created_at desc);
create index idx_module_usage_events_installation on module_usage_events (installation_id, created_at desc);

create table module_usage_hourly (
  hour timestamptz not null,
  installation_id uuid not null,
  agency_id uuid not null,
  client_id uuid,
  site_id uuid,
  module_id uuid not null,
  surface_key text not null default '',
  version text not null default '',
  event_type text not null,
  event_name text not null default '',
  verified boolean not null default false,
  events bigint not null default 0,
  load_time_ms_sum bigint not null default 0,
  load_time_ms_count bigint not null default 0,
  load_time_ms_max int not null default 0,
  primary key (hour, installation_id, surface_key, version, event_type, event_name, verified)
) partition by range (hour);
create index idx_module_usage_hourly_agency on module_usage_hourly (agency_id, hour);
create index idx_module_usage_hourly_module on module_usage_hourly (module_id, hour);
create index idx_module_usage_hourly_site on module_usage_hourly (site_id, hour) where site_id is not null;

create table module_usage_daily (
  day date not null,
  installation_id uuid not null,
  agency_id uuid not null,
  client_id uuid,
  site_id uuid,
  module_id uuid not null,
  surface_key text not null default '',
  version text not null default '',
  event_type text not null,
  event_name text not null default '',
  verified boolean not null default false,
  events bigint not null default 0,
  load_time_ms_sum bigint not null default 0,
  load_time_ms_count bigint not null default 0,
  load_time_ms_max int not null default 0,
  primary key (day, installation_id, surface_key, version, event_type, event_name, verified)
) partition by range (day);
create index idx_module_usage_daily_agency on module_usage_daily (agency_id, day);
create index idx_module_usage_daily_module on module_usage_daily (module_id, day);
create index idx_module_usage_daily_site on module_usage_daily (site_id, day) where site_id is not null;

-- Loads and errors of a version, by network, in slices of minutes: what a roll-out is judged by.
create table module_version_health (
  slice timestamptz not null,
  module_id uuid not null references modules (id) on delete cascade,
  version text not null,
  network text not null,
  loads bigint not null default 0,
  errors bigint not null default 0,
  primary key (module_id, version, slice, network)
);
create index idx_module_version_health_slice on module_version_health (slice);

-- Partitions are locked like their parent and granted to nobody: rows are reached through the parent alone.
create function make_partition(parent text, suffix text, low text, high text) returns int
language plpgsql
as $$
declare
  part text := parent || '_' || suffix;
begin
  if to_regclass(format('%I', part)) is not null then
    return 0;
  end if;
  execute format('create table %I partition of %I for values from (%L) to (%L)', part, parent, low, high);
  execute format('alter table %I enable row level security', part);
  execute format('alter table %I force row level security', part);
  return 1;
end
$$;

-- Day partitions of the raw events from a day on, and the month partitions of the rollups for the same time.
-- Any number of nodes may call it; only the tables' owner can.
create function ensure_usage_partitions(from_day date, days int) returns int
language plpgsql
as $$
declare
  day date;
  month date;
  made int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('ensure_usage_partitions'));
  for day in select generate_series(from_day, from_day + greatest(days, 1) - 1, interval '1 day')::date loop
    made := made + make_partition('module_usage_events', to_char(day, 'YYYYMMDD'), day || ' 00:00:00+00', (day + 1) || ' 00:00:00+00');
  end loop;
  for month in
    select generate_series(date_trunc('month', from_day::timestamp), (from_day + greatest(days, 1) - 1)::timestamp, interval '1 month')::date
  loop
    made := made + make_partition('module_usage_hourly', to_char(month, 'YYYYMM'),
      month || ' 00:00:00+00', (month + interval '1 month')::date || ' 00:00:00+00');
    made := made + make_partition('module_usage_daily', to_char(month, 'YYYYMM'), month::text, ((month + interval '1 month')::date)::text);
  end loop;
  return made;
end
$$;

create function drop_usage_partitions(before_day date) returns int
language plpgsql
as $$
declare
  part record;
  dropped int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('ensure_usage_partitions'));
  for part in
    select child.relname as name from pg_inherits
      join pg_class child on child.oid = inhrelid
    where inhparent = 'module_usage_events'::regclass and right(child.relname, 8) < to_char(before_day, 'YYYYMMDD')
  loop
    execute format('drop table %I', part.name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;

revoke execute on function make_partition(text, text, text, text), ensure_usage_partitions(date, int), drop_usage_partitions(date) from public;
