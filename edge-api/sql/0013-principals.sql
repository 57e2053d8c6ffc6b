-- People whom a customer's own backend vouches for: registered public keys, and what was said with them.

create table assertion_keys (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  -- A client's key vouches for that client's members alone.
  client_id uuid,
  label text not null,
  algorithm text not null check (algorithm in ('EdDSA', 'ES256')),
  public_key jsonb not null check (not public_key ? 'd'),
  -- The highest role that it may vouch for.
  role text not null check (role in ('client_member', 'agency_member', 'agency_admin', 'agency_owner')),
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  unique (agency_id, id),
  foreign key (agency_id, client_id) references clients (agency_id, id) on delete cascade,
  constraint client_keys_vouch_for_members check (client_id is null or role = 'client_member')
);
create index idx_assertion_keys_page on assertion_keys (agency_id, created_at desc, id desc);

-- An assertion opens one session of each installation, once.
create table used_assertions (
  key_id uuid not null,
  jti text not null,
  installation_id uuid not null,
  agency_id uuid not null,
  -- All that one assertion opens stands on one surface.
  surface_key text not null,
  used_at timestamptz not null default now(),
  primary key (key_id, jti, installation_id),
  foreign key (agency_id, key_id) references assertion_keys (agency_id, id) on delete cascade
);
create index idx_used_assertions_age on used_assertions (used_at);

-- Whoever signed out: every session ends that began with what was said of that person until then, in every tab.
create table signed_out_members (
  key_id uuid not null,
  subject text not null,
  agency_id uuid not null,
  signed_out_at timestamptz not null,
  primary key (key_id, subject),
  foreign key (agency_id, key_id) references assertion_keys (agency_id, id) on delete cascade
);
create index idx_signed_out_members_age on signed_out_members (signed_out_at);

do $$
declare
  name text;
begin
  foreach name in array array['assertion_keys', 'used_assertions', 'signed_out_members'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy tenant_rows on %I for all to dramac_app using (agency_id = (select current_agency())) with check (agency_id = (select current_agency()))', name);
    execute format('create policy platform_checks_principals on %I for all to dramac_platform using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to dramac_app, dramac_platform', name);
  end loop;
end
$$;

create trigger notify_changed after insert or delete or update of revoked_at, expires_at on assertion_keys
  for each row execute function notify_changed('assertion_key');

create function notify_signed_out() returns trigger
language plpgsql
as $$
begin
  perform pg_notify('dramac_changed', jsonb_build_object('kind', 'member', 'id', new.key_id)::text);
  return null;
end
$$;
create trigger notify_signed_out after insert or update on signed_out_members for each row execute function notify_signed_out();

-- A member, too, does things through a module.
alter table audit_log drop constraint audit_log_actor_kind_check;
alter table audit_log add constraint audit_log_actor_kind_check check (actor_kind in ('profile', 'api_key', 'member', 'system'));
-- The person's id in the customer's own system, beside the key that vouched for it.
alter table audit_log add column actor_subject text;
