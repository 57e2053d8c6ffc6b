-- Rollups: which raw events wait to be counted, how load times spread, what is dropped when; and whose turn a job is.

-- One row for each batch of raw events that no rollup holds yet: written with its events, deleted with their counting.
-- What was committed late is simply still here, whatever its events' clocks say.
create table module_usage_batches (
  id uuid primary key default gen_random_uuid(),
  received_at timestamptz not null default now(),
  -- The oldest and the newest of its events: which partitions they lie in.
  first_at timestamptz not null,
  last_at timestamptz not null check (last_at >= first_at)
);
create index idx_module_usage_batches_turn on module_usage_batches (received_at);
create index idx_module_usage_batches_first on module_usage_batches (first_at);
alter table module_usage_batches enable row level security;
alter table module_usage_batches force row level security;
create policy platform_rolls_usage_up on module_usage_batches for all to dramac_platform using (true) with check (true);
grant select, insert, update, delete on module_usage_batches to dramac_platform;

alter table module_usage_events add column batch uuid;
-- How many calls a node counted in this row; a visitor's event is one.
alter table module_usage_events add column times int not null default 1 check (times > 0);
create index idx_module_usage_events_batch on module_usage_events (batch);

-- Events that are there already wait like any others.
alter table module_usage_events no force row level security;
alter table module_usage_batches no force row level security;
with waiting as (
  insert into module_usage_batches (first_at, last_at)
    select min(created_at), max(created_at) from module_usage_events having count(*) > 0
    returning id
)
update module_usage_events set batch = waiting.id from waiting;
alter table module_usage_batches force row level security;
alter table module_usage_events force row level security;

-- Loads by how long they took, in the buckets that the rollup knows: sums of them are again such counts,
-- so percentiles can be had of any hours, days and sites together.
alter table module_usage_hourly add column load_time_buckets bigint[];
alter table module_usage_daily add column load_time_buckets bigint[];
create index idx_module_usage_hourly_client on module_usage_hourly (client_id, hour) where client_id is not null;
create index idx_module_usage_daily_client on module_usage_daily (client_id, day) where client_id is not null;
create index idx_module_usage_hourly_installation on module_usage_hourly (installation_id, hour);
create index idx_module_usage_daily_installation on module_usage_daily (installation_id, day);

-- Partitions are named after where they begin, so their names sort as their times do.
create function drop_partitions_before(parent regclass, suffix text) returns int
language plpgsql
-- Dropping locks the parent: behind a long reader everything else would queue up, so it is rather tried again later.
set lock_timeout = '5s'
as $$
declare
  part record;
  dropped int := 0;
begin
  perform pg_advisory_xact_lock(hashtext('ensure_usage_partitions'));
  for part in
    select child.oid::regclass as name from pg_inherits
      join pg_class child on child.oid = inhrelid
    where inhparent = parent and right(child.relname, length(suffix)) < suffix
  loop
    execute format('drop table %s', part.name);
    dropped := dropped + 1;
  end loop;
  return dropped;
end
$$;

create or replace function drop_usage_partitions(before_day date) returns int
language sql
as $$
  select drop_partitions_before('module_usage_events', to_char(before_day, 'YYYYMMDD'))
$$;

-- The months that end before the months of these days.
create function drop_usage_rollups(hourly_before date, daily_before date) returns int
language sql
as $$
  select drop_partitions_before('module_usage_hourly', to_char(hourly_before, 'YYYYMM'))
    + drop_partitions_before('module_usage_daily', to_char(daily_before, 'YYYYMM'))
$$;
revoke execute on function drop_partitions_before(regclass, text), drop_usage_rollups(date, date) from public;

-- Whose turn it is: a node that holds a job's row does its next piece, and the others pass by.
create table jobs (
  name text primary key,
  next_run_at timestamptz not null default now(),
  last_run_at timestamptz
);
alter table jobs enable row level security;
alter table jobs force row level security;
create policy platform_works on jobs for all to dramac_platform using (true) with check (true);
grant select, insert, update, delete on jobs to dramac_platform;

-- A review waits until it was looked at; only the platform lets it be seen, and what its author changes waits again.
-- Whether the agency has or had the module is what the database knows, not what anybody says.
alter table module_reviews alter column status set default 'pending';
create function settle_review() returns trigger
language plpgsql
as $$
begin
  if current_user <> 'dramac_platform' then
    new.status := 'pending';
  end if;
  if tg_op = 'INSERT' or current_user <> 'dramac_platform' then
    new.is_verified_purchase := exists (
      select from agency_module_subscriptions s where s.agency_id = new.agency_id and s.module_id = new.module_id and s.was_live);
  end if;
  return new;
end
$$;
create trigger settle before insert or update on module_reviews for each row execute function settle_review();

-- A subscription that ran once stays one that ran, also after it ended; one that was never paid for never becomes one.
alter table agency_module_subscriptions add column was_live boolean not null default false;
alter table agency_module_subscriptions no force row level security;
alter table agency_module_subscriptions disable trigger user;
update agency_module_subscriptions set was_live = true
  where status <> 'pending' and (status <> 'expired' or current_period_start is not null or lemon_subscription_id is not null or lemon_order_id is not null);
alter table agency_module_subscriptions enable trigger user;
alter table agency_module_subscriptions force row level security;
create function remember_that_it_ran() returns trigger
language plpgsql
as $$
begin
  new.was_live := new.status in ('on_trial', 'active', 'past_due', 'unpaid', 'paused', 'cancelled') or (tg_op = 'UPDATE' and old.was_live);
  return new;
end
$$;
create trigger remember_that_it_ran before insert or update on agency_module_subscriptions for each row execute function remember_that_it_ran();

-- Lists, newest first and most wanted first.
create index idx_module_requests_page on module_requests (agency_id, submitted_at desc, id desc);
drop index idx_module_requests_agency;
create index idx_module_requests_all on module_requests (submitted_at desc, id desc);
create index idx_module_requests_wanted on module_requests (upvotes desc, id desc);
create index idx_module_reviews_page on module_reviews (module_id, created_at desc, id desc);
create index idx_module_reviews_all on module_reviews (created_at desc, id desc);
