-- What clients owe their agency, period by period. It is the agency's own sale: it is reckoned and shown here, and never charged.

create table client_periods (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  -- No foreign keys to these: what was owed stays owed when they are gone.
  client_id uuid not null,
  site_id uuid,
  installation_id uuid not null,
  module_id uuid not null,
  price_version int,
  -- Minor units, as the installation was sold at the period's first moment.
  amount bigint not null check (amount > 0),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  billing_cycle text not null check (billing_cycle in ('monthly', 'yearly', 'one_time')),
  -- Periods are counted from here, so that the 31st comes back after February.
  anchor_at timestamptz not null,
  number int not null check (number >= 0),
  period_start timestamptz not null,
  -- Null for what is paid once.
  period_end timestamptz,
  -- When the next one begins, unless it is over by then; null once that is settled.
  renews_at timestamptz,
  recorded_at timestamptz not null default now(),
  unique (installation_id, period_start),
  check ((billing_cycle = 'one_time') = (period_end is null))
);
create index idx_client_periods_agency on client_periods (agency_id, period_start);
create index idx_client_periods_due on client_periods (renews_at) where renews_at is not null;

-- The first moment of a period, counted in UTC; null for what is paid once.
create function client_period_start(anchor timestamptz, cycle text, number int) returns timestamptz
language sql immutable parallel safe
as $$
  select case cycle
    when 'monthly' then ((anchor at time zone 'UTC') + make_interval(months => number)) at time zone 'UTC'
    when 'yearly' then ((anchor at time zone 'UTC') + make_interval(years => number)) at time zone 'UTC'
  end
$$;

-- An installation that is sold from now on, newly or again, owes from now on, unless what it paid for still lasts.
create function begin_client_period() returns trigger
language plpgsql
as $$
declare
  cycle text := coalesce(new.billing_cycle, 'monthly');
  next_start timestamptz := client_period_start(now(), cycle, 1);
begin
  if new.uninstalled_at is null and new.price_paid > 0 and new.price_currency is not null
    and not exists (select from client_periods p where p.installation_id = new.id and (p.period_end is null or p.period_end > now() or p.renews_at is not null)) then
    insert into client_periods (agency_id, client_id, site_id, installation_id, module_id, price_version, amount, currency, billing_cycle,
      anchor_at, number, period_start, period_end, renews_at)
    values (new.agency_id, new.client_id, (to_jsonb(new) ->> 'site_id')::uuid, new.id, new.module_id, new.price_version, new.price_paid, new.price_currency,
      cycle, now(), 0, now(), next_start, next_start);
  end if;
  return null;
end
$$;
create trigger begin_client_period after insert or update of price_paid, uninstalled_at on client_module_installations
  for each row execute function begin_client_period();
create trigger begin_client_period after insert or update of price_paid, uninstalled_at on site_module_installations
  for each row execute function begin_client_period();

-- For a job: settles periods that are over, at the price that held at their end. What does not run is asked again a day later,
-- and owes nothing meanwhile. Returns how many were settled.
create function renew_client_periods(most int) returns int
language plpgsql
as $$
declare
  due client_periods;
  held record;
  settled int := 0;
  is_late boolean;
  price bigint;
begin
  for due in select * from client_periods where renews_at <= now() order by renews_at limit most for update skip locked loop
    select i.price_paid, i.price_version, i.price_currency, coalesce(i.billing_cycle, due.billing_cycle) as cycle,
        i.limit_status <> 'suspended' and coalesce(s.status, 'active') not in ('pending', 'unpaid', 'expired') as runs
      into held
      from installations i left join agency_module_subscriptions s on s.id = i.agency_subscription_id
      where i.id = due.installation_id and i.uninstalled_at is null and i.price_paid > 0 and i.price_currency is not null;
    if not found then
      update client_periods set renews_at = null where id = due.id;
    elsif not held.runs then
      update client_periods set renews_at = now() + interval '1 day' where id = due.id;
    else
      -- A price that is due and not applied yet, or one that was applied after this period began.
      price := coalesce(
        (select to_paid from price_changes c where c.installation_id = due.installation_id and c.status = 'announced' and c.effective_at <= due.renews_at
          order by effective_at desc, announced_at desc, id desc limit 1),
        (select from_paid from price_changes c where c.installation_id = due.installation_id and c.status = 'applied' and c.effective_at > due.renews_at
          order by effective_at, announced_at, id limit 1),
        held.price_paid);
      is_late := due.renews_at <> due.period_end or held.cycle <> due.billing_cycle;
      if price > 0 then
        insert into client_periods (agency_id, client_id, site_id, installation_id, module_id, price_version, amount, currency, billing_cycle,
          anchor_at, number, period_start, period_end, renews_at)
        select due.agency_id, due.client_id, due.site_id, due.installation_id, due.module_id, held.price_version, price, held.price_currency, held.cycle,
          next.anchor, next.number, due.renews_at, client_period_start(next.anchor, held.cycle, next.number + 1),
          client_period_start(next.anchor, held.cycle, next.number + 1)
        from (select case when is_late then due.renews_at else due.anchor_at end as anchor, case when is_late then 0 else due.number + 1 end as number) next;
      end if;
      update client_periods set renews_at = null where id = due.id;
    end if;
    settled := settled + 1;
  end loop;
  return settled;
end
$$;

-- What is sold already: the period that runs now, counted from the installation. What came before was never recorded.
do $$
declare
  item record;
begin
  for item in select * from (values ('client_module_installations', 'null::uuid'), ('site_module_installations', 'i.site_id')) as list (installed, site) loop
    -- The owner sees rows only without FORCE.
    execute format('alter table %I no force row level security', item.installed);
    execute format($backfill$
      insert into client_periods (agency_id, client_id, site_id, installation_id, module_id, price_version, amount, currency, billing_cycle,
        anchor_at, number, period_start, period_end, renews_at)
      select i.agency_id, i.client_id, %s, i.id, i.module_id, i.price_version, i.price_paid, i.price_currency, c.cycle,
        i.installed_at, n.number, coalesce(client_period_start(i.installed_at, c.cycle, n.number), i.installed_at), e.ends, e.ends
      from %I i
        cross join lateral (select coalesce(i.billing_cycle, 'monthly') as cycle, age(now() at time zone 'UTC', i.installed_at at time zone 'UTC') as age) c
        cross join lateral (select case c.cycle when 'monthly' then greatest(extract(year from c.age) * 12 + extract(month from c.age), 0)
          when 'yearly' then greatest(extract(year from c.age), 0) else 0 end::int as number) n
        cross join lateral (select client_period_start(i.installed_at, c.cycle, n.number + 1) as ends) e
      where i.uninstalled_at is null and i.price_paid > 0 and i.price_currency is not null
    $backfill$, item.site, item.installed);
    execute format('alter table %I force row level security', item.installed);
  end loop;
end
$$;

alter table client_periods enable row level security;
alter table client_periods force row level security;
create policy tenant_rows on client_periods for all to dramac_app using (agency_id = (select current_agency())) with check (agency_id = (select current_agency()));
create policy platform_counts_periods on client_periods for all to dramac_platform using (true) with check (true);
-- What is recorded stays as it is; only whether it goes on is settled later.
grant select, insert on client_periods to dramac_app;
grant select, insert, update (renews_at) on client_periods to dramac_platform;
