-- Pages that modules had made for somebody to print. They live for minutes: long enough to be opened, and opened once more.
create table print_pages (
  -- Unguessable: it is all that opens the page.
  id text primary key check (id ~ '^[A-Za-z0-9_-]{43}$'),
  installation_id uuid not null,
  agency_id uuid not null references agencies (id) on delete cascade,
  module_id uuid not null references modules (id) on delete cascade,
  title text not null,
  locale text not null,
  html text not null,
  expires_at timestamptz not null
);
create index idx_print_pages_installation on print_pages (installation_id, expires_at);
create index idx_print_pages_agency on print_pages (agency_id);
create index idx_print_pages_module on print_pages (module_id);
create index idx_print_pages_expiry on print_pages (expires_at);

alter table print_pages enable row level security;
alter table print_pages force row level security;
create policy tenant_rows on print_pages for all to dramac_app using (agency_id = (select current_agency())) with check (agency_id = (select current_agency()));
create policy platform_serves_pages on print_pages for all to dramac_platform using (true) with check (true);
grant select, insert, delete on print_pages to dramac_app, dramac_platform;
