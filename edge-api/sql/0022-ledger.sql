-- The ledger: double entry, only ever added to. Money comes in as a provider's orders and invoices, and leaves traces alone:
-- whatever a line says stays said, and what turns out otherwise is posted as a difference.

-- Who made a module, and is paid its share. The platform's own modules have the platform as theirs.
create table developers (
  id uuid primary key default gen_random_uuid(),
  name text not null unique,
  created_at timestamptz not null default now()
);
create index idx_developers_page on developers (created_at desc, id desc);
insert into developers (name) select distinct author_name from modules;
alter table developers enable row level security;
alter table developers force row level security;
create policy platform_pays_developers on developers for all to dramac_platform using (true) with check (true);
grant select, insert on developers to dramac_platform;

alter table modules add column developer_id uuid references developers (id);
alter table modules disable trigger user;
alter table developers no force row level security;
update modules m set developer_id = d.id from developers d where d.name = m.author_name;
alter table developers force row level security;
alter table modules enable trigger user;
alter table modules alter column developer_id set not null;
create index idx_modules_developer on modules (developer_id);

-- A new module belongs to whom its author's name says. A name that is corrected later moves nobody's money.
create function name_developer() returns trigger
language plpgsql
as $$
begin
  if new.developer_id is null then
    insert into developers (name) values (new.author_name) on conflict do nothing;
    select id into new.developer_id from developers where name = new.author_name;
  end if;
  return new;
end
$$;
create trigger name_developer before insert on modules for each row execute function name_developer();

-- One posting: what a source, brought to a newer state, changed. No foreign keys: it outlives what it tells of.
create table ledger_entries (
  id uuid primary key default gen_random_uuid(),
  provider text not null,
  mode text not null check (mode in ('live', 'test')),
  -- The payment that it is about. A subscription's first invoice is its order: the same money has one name, the order's.
  money_kind text not null check (money_kind in ('order', 'invoice')),
  money_id text not null,
  -- What it came from, and how often that was posted: together with provider and mode the key that lets nothing in twice.
  source_kind text not null check (source_kind in ('order', 'invoice', 'dispute')),
  source_id text not null,
  sequence int not null check (sequence > 0),
  kind text not null check (kind in ('payment', 'refund', 'reversal', 'dispute', 'correction')),
  -- The row of webhook_inbox that brought it; null for what was reconciled or done by hand.
  cause uuid,
  agency_id uuid not null,
  module_id uuid not null,
  subscription_id uuid,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  line_count int not null check (line_count > 1),
  -- When the provider says it happened, and when it was written here: statements go by the latter, so that no month that is over changes.
  occurred_at timestamptz not null,
  posted_at timestamptz not null default date_trunc('milliseconds', now()) check (posted_at = date_trunc('milliseconds', posted_at)),
  unique (provider, mode, source_kind, source_id, sequence),
  unique (id, agency_id, currency, posted_at)
);
-- The same money comes in once, whichever of its two names comes first.
create unique index ledger_entries_money on ledger_entries (provider, mode, money_kind, money_id, sequence) where source_kind <> 'dispute';
create index idx_ledger_entries_money on ledger_entries (provider, mode, money_kind, money_id);
create index idx_ledger_entries_agency on ledger_entries (agency_id, posted_at);
create index idx_ledger_entries_cause on ledger_entries (cause) where cause is not null;

-- What an agency may know of its own money. How it is shared between developer, platform and provider is none of its business.
create function ledger_account_is_agencys(account text) returns boolean
language sql immutable parallel safe
as $$
  select account in ('provider_receivable', 'tax_pass_through', 'wholesale_sales', 'discounts', 'refunds', 'disputes')
$$;

create table ledger_lines (
  entry_id uuid not null,
  number int not null check (number > 0),
  account text not null check (ledger_account_is_agencys(account)
    or account in ('sales_shared', 'platform_revenue', 'developer_payable', 'provider_fees', 'provider_fees_withheld')),
  -- Minor units; debits are positive, credits negative.
  amount bigint not null check (amount <> 0),
  -- Of a fee that the provider has not told.
  is_estimate boolean not null default false,
  developer_id uuid,
  -- From when on the developer's share can be paid out.
  available_at timestamptz,
  -- As the entry has them: for row security, and for reading one developer's month.
  agency_id uuid not null,
  currency text not null,
  posted_at timestamptz not null,
  primary key (entry_id, number),
  foreign key (entry_id, agency_id, currency, posted_at) references ledger_entries (id, agency_id, currency, posted_at),
  check ((account = 'developer_payable') = (developer_id is not null)),
  check ((developer_id is null) = (available_at is null))
);
create index idx_ledger_lines_developer on ledger_lines (developer_id, posted_at) where developer_id is not null;

-- At commit every entry is whole: all of its lines and no more, in balance, and so is the part that its agency sees.
create function check_ledger_entry() returns trigger
language plpgsql
as $$
declare
  entry uuid := coalesce(to_jsonb(new) ->> 'entry_id', to_jsonb(new) ->> 'id')::uuid;
  wanted int;
  found_lines int;
  total numeric;
  agencys numeric;
begin
  select line_count into wanted from ledger_entries where id = entry;
  select count(*), coalesce(sum(amount), 0), coalesce(sum(amount) filter (where ledger_account_is_agencys(account)), 0)
    into found_lines, total, agencys from ledger_lines where entry_id = entry;
  if found_lines is distinct from wanted then
    raise exception 'Ledger entry % has % lines and says that it has %.', entry, found_lines, wanted
      using errcode = 'check_violation', constraint = 'ledger_entry_is_whole';
  end if;
  if total <> 0 or agencys <> 0 then
    raise exception 'Ledger entry % does not balance: % in all, % in its agency''s part.', entry, total, agencys
      using errcode = 'check_violation', constraint = 'ledger_entry_balances';
  end if;
  return null;
end
$$;
create constraint trigger check_entry after insert on ledger_entries deferrable initially deferred for each row execute function check_ledger_entry();
create constraint trigger check_entry after insert on ledger_lines deferrable initially deferred for each row execute function check_ledger_entry();

-- Rights forbid it to both roles; this forbids it to their owner, too.
create function keep_ledger() returns trigger
language plpgsql
as $$
begin
  raise exception 'The ledger is only ever added to: post the difference.' using errcode = 'integrity_constraint_violation', constraint = 'ledger_is_append_only';
end
$$;
create trigger keep_ledger before update or delete on ledger_entries for each row execute function keep_ledger();
create trigger keep_ledger before update or delete on ledger_lines for each row execute function keep_ledger();
create trigger keep_whole_ledger before truncate on ledger_entries for each statement execute function keep_ledger();
create trigger keep_whole_ledger before truncate on ledger_lines for each statement execute function keep_ledger();

alter table ledger_entries enable row level security;
alter table ledger_entries force row level security;
alter table ledger_lines enable row level security;
alter table ledger_lines force row level security;
create policy tenant_rows on ledger_entries for select to dramac_app using (agency_id = (select current_agency()));
create policy tenant_rows on ledger_lines for select to dramac_app
  using (agency_id = (select current_agency()) and ledger_account_is_agencys(account));
create policy platform_posts on ledger_entries for all to dramac_platform using (true) with check (true);
create policy platform_posts on ledger_lines for all to dramac_platform using (true) with check (true);
grant select on ledger_entries, ledger_lines to dramac_app;
grant select, insert on ledger_entries, ledger_lines to dramac_platform;

-- The developer's part of what is left of wholesale, half up; the rest is the platform's. The same rule as developerShare in contracts.
create function calculate_developer_share(base bigint) returns bigint
language sql immutable parallel safe
as $$
  select div(base::numeric * 7000 + 5000, 10000)::bigint
$$;

-- What an installation was sold at includes what its developer gets of it.
create function keep_developer_share() returns trigger
language plpgsql
as $$
begin
  new.price_developer_share := calculate_developer_share(new.price_wholesale);
  return new;
end
$$;
do $$
declare
  item text;
begin
  foreach item in array array['agency_module_installations', 'client_module_installations', 'site_module_installations'] loop
    -- The owner sees rows only without FORCE; and nothing of them changed that anybody has to hear of.
    execute format('alter table %I no force row level security', item);
    execute format('alter table %I disable trigger user', item);
    execute format('update %I set price_developer_share = calculate_developer_share(price_wholesale) where price_wholesale is not null', item);
    execute format('alter table %I enable trigger user', item);
    execute format('alter table %I force row level security', item);
    execute format('create trigger keep_developer_share before insert or update of price_wholesale on %I for each row execute function keep_developer_share()', item);
  end loop;
end
$$;
