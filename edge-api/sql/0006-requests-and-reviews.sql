-- Agencies ask for modules, vote for each other's wishes, and judge what they use.

create table module_requests (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  title text not null,
  description text not null,
  use_case text,
  target_audience text,
  suggested_install_level text not null default 'client' check (suggested_install_level in ('platform', 'agency', 'client', 'site')),
  suggested_category text,
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  budget_range text,
  willing_to_fund boolean not null default false,
  status text not null default 'submitted'
    check (status in ('submitted', 'reviewing', 'approved', 'in_progress', 'completed', 'rejected')),
  admin_notes text,
  assigned_to uuid references profiles (id) on delete set null,
  resulting_module_id uuid references modules (id) on delete set null,
  -- Kept by a trigger from the votes.
  upvotes int not null default 0,
  submitted_by uuid references profiles (id) on delete set null,
  submitted_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  completed_at timestamptz,
  unique (agency_id, id)
);
create index idx_module_requests_agency on module_requests (agency_id);
create index idx_module_requests_status on module_requests (status, upvotes desc);

-- Only these steps are legal; a completed request links the module that came of it.
create function check_request_step() returns trigger
language plpgsql
as $$
begin
  if new.status <> old.status and not (old.status || '>' || new.status) = any (array[
    'submitted>reviewing', 'submitted>rejected', 'reviewing>approved', 'reviewing>rejected',
    'approved>in_progress', 'approved>rejected', 'in_progress>completed', 'in_progress>rejected', 'rejected>reviewing']) then
    raise exception 'A request cannot go from % to %.', old.status, new.status
      using errcode = 'check_violation', constraint = 'module_request_step';
  end if;
  if new.status = 'completed' and old.status <> 'completed' then
    if new.resulting_module_id is null then
      raise exception 'A completed request links the module that came of it: set resulting_module_id.'
        using errcode = 'check_violation', constraint = 'module_request_result';
    end if;
    new.completed_at := now();
  end if;
  new.updated_at := now();
  return new;
end
$$;
create trigger check_step before update on module_requests for each row execute function check_request_step();

-- One vote per agency. Voting crosses tenants, so only the platform's role writes here.
create table module_request_votes (
  request_id uuid not null references module_requests (id) on delete cascade,
  agency_id uuid not null references agencies (id) on delete cascade,
  voted_by uuid references profiles (id) on delete set null,
  created_at timestamptz not null default now(),
  primary key (request_id, agency_id)
);
create index idx_module_request_votes_agency on module_request_votes (agency_id);

create function count_votes() returns trigger
language plpgsql
as $$
begin
  if tg_op = 'INSERT' then
    update module_requests set upvotes = upvotes + 1 where id = new.request_id;
  else
    update module_requests set upvotes = greatest(upvotes - 1, 0) where id = old.request_id;
  end if;
  return null;
end
$$;
create trigger count_votes after insert or delete on module_request_votes for each row execute function count_votes();

create table module_reviews (
  id uuid primary key default gen_random_uuid(),
  module_id uuid not null references modules (id) on delete cascade,
  agency_id uuid not null references agencies (id) on delete cascade,
  rating int not null check (rating between 1 and 5),
  title text,
  content text,
  is_verified_purchase boolean not null default false,
  status text not null default 'published' check (status in ('pending', 'published', 'hidden')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (module_id, agency_id)
);
create index idx_module_reviews_agency on module_reviews (agency_id);

-- Published reviews alone count. Differences are applied, so no other agency's review needs to be read.
create function keep_ratings() returns trigger
language plpgsql
as $$
declare
  stars int := 0;
  counted int := 0;
begin
  if tg_op <> 'INSERT' and old.status = 'published' then
    stars := stars - old.rating;
    counted := counted - 1;
  end if;
  if tg_op <> 'DELETE' and new.status = 'published' then
    stars := stars + new.rating;
    counted := counted + 1;
  end if;
  if stars <> 0 or counted <> 0 then
    update modules set rating_total = rating_total + stars, rating_count = rating_count + counted,
      rating_average = case when rating_count + counted > 0 then round((rating_total + stars)::numeric / (rating_count + counted), 2) else 0 end
    where id = coalesce(new.module_id, old.module_id);
  end if;
  return null;
end
$$;
create trigger keep_ratings after insert or update or delete on module_reviews for each row execute function keep_ratings();
create trigger touch before update on module_reviews for each row execute function touch_updated_at();
