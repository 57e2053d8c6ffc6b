-- The count of a module's installations stood in one row that every installation of it changed, so agencies that installed the
-- same module waited for one another's transactions. Now nobody waits: who finds the row locked leaves a note, and whoever
-- comes next, or a job, adds the notes up. The count is late by a moment then, and never wrong.

create table module_install_changes (
  id uuid primary key default gen_random_uuid(),
  module_id uuid not null references modules (id) on delete cascade,
  difference int not null
);
create index idx_module_install_changes_module on module_install_changes (module_id);

-- Nothing of a tenant is in it: which module, and how many more or fewer.
alter table module_install_changes enable row level security;
alter table module_install_changes force row level security;
create policy everybody_counts on module_install_changes for all to dramac_app using (true) with check (true);
create policy platform_counts on module_install_changes for all to dramac_platform using (true) with check (true);
grant select, insert, delete on module_install_changes to dramac_app, dramac_platform;

-- Adds a difference and all notes to a module's count, unless somebody is at it. Returns whether it did.
create function settle_install_count(module uuid, difference int) returns boolean
language plpgsql
as $$
begin
  perform from modules where id = module for no key update skip locked;
  if not found then
    return false;
  end if;
  with noted as (
    delete from module_install_changes c where c.module_id = module returning c.difference
  )
  update modules set install_count = greatest(install_count + settle_install_count.difference + coalesce((select sum(noted.difference) from noted), 0), 0)
  where id = module;
  return true;
end
$$;

-- For a job: notes that no later installation took along. Returns how many modules were settled.
create function settle_install_counts() returns int
language sql
as $$
  select count(*) filter (where settle_install_count(waiting.module_id, 0))::int from (select distinct module_id from module_install_changes) waiting
$$;

create or replace function count_installations() returns trigger
language plpgsql
as $$
declare
  before int := 0;
  after int := 0;
  counted uuid;
begin
  if tg_op <> 'INSERT' and old.uninstalled_at is null then before := 1; end if;
  if tg_op <> 'DELETE' and new.uninstalled_at is null then after := 1; end if;
  if tg_op = 'DELETE' then counted := old.module_id; else counted := new.module_id; end if;
  if before <> after and not settle_install_count(counted, after - before) then
    -- The module itself may be on its way out; then nothing is left to count.
    insert into module_install_changes (module_id, difference) select id, after - before from modules where id = counted;
  end if;
  return null;
end
$$;
