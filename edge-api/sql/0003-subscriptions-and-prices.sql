-- An agency's right to a module, its markup, and the retail prices that follow from it.

-- Half up, once, at the unit price. `custom` without a price has no retail price: null.
-- The same rule as retailPrice in contracts; shared vectors hold the two equal.
create function calculate_retail_price(
  wholesale bigint, markup_type text, markup_basis_points bigint, markup_fixed_amount bigint, custom_price bigint
) returns bigint
language sql immutable parallel safe
as $$
  select case markup_type
    when 'custom' then custom_price
    when 'passthrough' then wholesale
    when 'fixed' then wholesale + coalesce(markup_fixed_amount, 0)
    when 'percentage' then wholesale + div(wholesale::numeric * coalesce(markup_basis_points, 10000) + 5000, 10000)::bigint
  end
$$;

create table agency_module_subscriptions (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  module_id uuid not null references modules (id) on delete cascade,

  status text not null default 'active'
    check (status in ('on_trial', 'active', 'past_due', 'unpaid', 'paused', 'cancelled', 'expired')),
  billing_cycle text not null default 'monthly' check (billing_cycle in ('monthly', 'yearly', 'one_time')),
  currency text not null default 'USD' check (currency ~ '^[A-Z]{3}$'),

  provider text not null default 'lemonsqueezy',
  lemon_subscription_id text,
  lemon_order_id text,
  lemon_customer_id text,
  lemon_variant_id text,
  test_mode boolean not null default false,
  pause_mode text check (pause_mode in ('free', 'void')),
  current_period_start timestamptz,
  current_period_end timestamptz,
  trial_ends_at timestamptz,
  renews_at timestamptz,
  ends_at timestamptz,
  status_since timestamptz not null default now(),
  provider_updated_at timestamptz,
  cancel_at_period_end boolean not null default false,
  stripe_subscription_id text,
  stripe_subscription_item_id text,

  markup_type text not null default 'percentage' check (markup_type in ('percentage', 'fixed', 'custom', 'passthrough')),
  -- 10,000 basis points are 100 %.
  markup_basis_points bigint not null default 10000 check (markup_basis_points >= 0),
  markup_fixed_amount bigint not null default 0 check (markup_fixed_amount >= 0),
  custom_price_monthly bigint check (custom_price_monthly >= 0),
  custom_price_yearly bigint check (custom_price_yearly >= 0),
  -- A custom price below wholesale is meant.
  is_subsidy boolean not null default false,
  retail_price_monthly_cached bigint,
  retail_price_yearly_cached bigint,

  max_installations int check (max_installations >= 0),
  current_installations int not null default 0 check (current_installations >= 0),

  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),

  unique (agency_id, id),
  constraint custom_markup_has_a_price check (markup_type <> 'custom' or coalesce(custom_price_monthly, custom_price_yearly) is not null)
);
create index idx_agency_module_subs_agency on agency_module_subscriptions (agency_id);
create index idx_agency_module_subs_module on agency_module_subscriptions (module_id);
create unique index agency_module_subs_live on agency_module_subscriptions (agency_id, module_id) where status <> 'expired';
create unique index agency_module_subs_lemon on agency_module_subscriptions (lemon_subscription_id) where lemon_subscription_id is not null;

create function update_agency_module_retail_prices() returns trigger
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
    if new.status <> old.status then
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
create trigger trg_update_retail_prices before insert or update on agency_module_subscriptions
  for each row execute function update_agency_module_retail_prices();

-- A new wholesale price reaches every agency's cached retail price: touching the row makes its own trigger reckon.
create function refresh_retail_prices_of_module() returns trigger
language plpgsql
as $$
begin
  update agency_module_subscriptions set updated_at = now() where module_id = new.id;
  return null;
end
$$;
create trigger trg_refresh_retail_prices after update on modules
  for each row when (
    (old.wholesale_price_monthly, old.wholesale_price_yearly) is distinct from (new.wholesale_price_monthly, new.wholesale_price_yearly)
  ) execute function refresh_retail_prices_of_module();
