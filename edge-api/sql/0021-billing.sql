-- What an agency set out to pay, what the provider says of it, and why a subscription stands as it stands.

-- The only thing that comes back from a checkout is its id: it is opaque, and everything that was agreed stands here.
create table checkout_intents (
  id text primary key check (id ~ '^ci_[A-Za-z0-9_-]{22}$'),
  agency_id uuid not null references agencies (id) on delete cascade,
  subscription_id uuid not null,
  provider text not null,
  store text not null,
  mode text not null check (mode in ('live', 'test')),
  variant_id text not null,
  billing_cycle text not null check (billing_cycle in ('monthly', 'yearly', 'one_time')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  -- Before tax, minor units.
  amount bigint not null check (amount > 0),
  price_version int not null,
  email text not null,
  -- `late`: somebody paid when another payment had begun the subscription already; it is given back.
  status text not null default 'open' check (status in ('open', 'paid', 'expired', 'mismatched', 'late')),
  reason text,
  checkout_id text,
  url text,
  order_id text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  foreign key (agency_id, subscription_id) references agency_module_subscriptions (agency_id, id) on delete cascade
);
create unique index checkout_intents_open on checkout_intents (subscription_id) where status = 'open';
create unique index checkout_intents_order on checkout_intents (provider, mode, order_id) where order_id is not null;
create index idx_checkout_intents_agency on checkout_intents (agency_id, subscription_id, created_at desc);

-- The last that is known of each of the provider's resources. A refund that comes before its order finds its place here.
create table billing_resources (
  provider text not null,
  mode text not null check (mode in ('live', 'test')),
  kind text not null check (kind in ('subscription', 'order', 'invoice')),
  id text not null,
  store text not null,
  intent_id text references checkout_intents (id) on delete set null,
  agency_id uuid references agencies (id) on delete cascade,
  subscription_id uuid,
  -- As the port reads it.
  state jsonb not null,
  provider_updated_at timestamptz not null,
  -- A subscription's order, an invoice's subscription.
  parent_id text,
  cause uuid references webhook_inbox (id) on delete set null,
  seen_at timestamptz not null default now(),
  primary key (provider, mode, kind, id)
);
create index idx_billing_resources_parent on billing_resources (provider, mode, kind, parent_id);
create index idx_billing_resources_subscription on billing_resources (subscription_id, kind, provider_updated_at desc);
create index idx_billing_resources_agency on billing_resources (agency_id);
create index idx_billing_resources_intent on billing_resources (intent_id);
create index idx_billing_resources_cause on billing_resources (cause);

-- Why a subscription stands as it does: one row for each change, in order, with what brought it.
create table entitlement_changes (
  subscription_id uuid not null,
  version int not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  status text not null,
  reason text not null,
  is_allowed boolean not null,
  valid_until timestamptz,
  -- `webhook` and `reconciliation` name a resource, `operation` what an administrator or an agency did.
  cause_kind text not null check (cause_kind in ('webhook', 'reconciliation', 'operation')),
  cause_id text,
  cause_detail text,
  at timestamptz not null,
  primary key (subscription_id, version),
  foreign key (agency_id, subscription_id) references agency_module_subscriptions (agency_id, id) on delete cascade
);
create index idx_entitlement_changes_agency on entitlement_changes (agency_id);

-- What must be asked of the provider and is not answered yet: money that has to go back, subscriptions that nobody should pay for twice.
create table billing_duties (
  id uuid primary key default gen_random_uuid(),
  provider text not null,
  mode text not null,
  duty text not null check (duty in ('refund_order', 'cancel_subscription')),
  resource_id text not null,
  reason text not null,
  status text not null default 'pending' check (status in ('pending', 'done', 'dead')),
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error text,
  created_at timestamptz not null default now(),
  unique (provider, mode, duty, resource_id)
);
create index idx_billing_duties_due on billing_duties (next_attempt_at) where status = 'pending';

do $$
declare
  item text;
begin
  foreach item in array array['checkout_intents', 'billing_resources', 'entitlement_changes', 'billing_duties'] loop
    execute format('alter table %I enable row level security', item);
    execute format('alter table %I force row level security', item);
    execute format('create policy platform_bills on %I for all to dramac_platform using (true) with check (true)', item);
    execute format('grant select, insert, update, delete on %I to dramac_platform', item);
  end loop;
  foreach item in array array['checkout_intents', 'billing_resources', 'entitlement_changes'] loop
    execute format('create policy tenant_rows on %I for select to dramac_app using (agency_id = (select current_agency()))', item);
    execute format('grant select on %I to dramac_app', item);
  end loop;
end
$$;

-- An agency opens its own checkouts; what comes of them the platform alone writes.
create policy tenant_opens on checkout_intents for insert to dramac_app with check (agency_id = (select current_agency()) and status = 'open' and order_id is null);
create policy tenant_settles on checkout_intents for update to dramac_app using (agency_id = (select current_agency())) with check (agency_id = (select current_agency()));
grant insert, update (checkout_id, url, status, reason) on checkout_intents to dramac_app;
create policy tenant_writes on entitlement_changes for insert to dramac_app with check (agency_id = (select current_agency()));
grant insert on entitlement_changes to dramac_app;

-- What was concluded of a delivery, for people.
alter table webhook_inbox add column outcome text;
-- Of a checkout of ours, when the delivery names one.
alter table webhook_inbox add column intent_id text;
create index idx_webhook_inbox_status on webhook_inbox (status, received_at desc);

-- Money that was given back takes the right with it, until something is paid again.
alter table agency_module_subscriptions add column revoked_reason text check (revoked_reason in ('refunded', 'fraudulent'));
create index idx_agency_module_subs_order on agency_module_subscriptions (lemon_order_id) where lemon_order_id is not null;

-- Who changes a status may say since when it holds: the provider knows better than the moment at which we hear of it.
create or replace function update_agency_module_retail_prices() returns trigger
language plpgsql
as $$
declare
  monthly bigint;
  yearly bigint;
  price_is_new boolean := true;
begin
  select wholesale_price_monthly, wholesale_price_yearly into monthly, yearly from modules where id = new.module_id;
  if tg_op = 'UPDATE' then
    price_is_new := (new.markup_type, new.custom_price_monthly, new.custom_price_yearly, new.is_subsidy)
      is distinct from (old.markup_type, old.custom_price_monthly, old.custom_price_yearly, old.is_subsidy);
    if new.status <> old.status and new.status_since = old.status_since then
      new.status_since := now();
    end if;
  end if;
  if price_is_new and new.markup_type = 'custom' and not new.is_subsidy
    and (new.custom_price_monthly < monthly or new.custom_price_yearly < yearly) then
    raise exception 'A custom price below wholesale loses money: raise it, or mark it as a subsidy.'
      using errcode = 'check_violation', constraint = 'custom_price_covers_wholesale';
  end if;
  new.retail_price_monthly_cached := calculate_retail_price(
    monthly, new.markup_type, new.markup_basis_points, new.markup_fixed_amount, new.custom_price_monthly);
  new.retail_price_yearly_cached := calculate_retail_price(
    yearly, new.markup_type, new.markup_basis_points, new.markup_fixed_amount, new.custom_price_yearly);
  new.updated_at := now();
  return new;
end
$$;

-- What was granted or cancelled until a moment ends then; the owner of the tables is bound by row security too, and would silently change nothing.
alter table agency_module_subscriptions no force row level security;
update agency_module_subscriptions set ends_at = current_period_end
where ends_at is null and current_period_end is not null and (provider = 'manual' or status = 'cancelled');
alter table agency_module_subscriptions force row level security;
