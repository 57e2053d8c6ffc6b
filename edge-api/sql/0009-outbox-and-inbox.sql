-- Mail that leaves, and deliveries that arrive: both are taken by workers with SKIP LOCKED.

create table email_outbox (
  id uuid primary key default gen_random_uuid(),
  agency_id uuid not null references agencies (id) on delete cascade,
  installation_id uuid not null,
  template text not null,
  recipient text not null,
  subject text not null,
  payload jsonb not null default '{}',
  status text not null default 'pending' check (status in ('pending', 'sending', 'sent', 'failed', 'dead')),
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  sent_at timestamptz,
  last_error text,
  created_at timestamptz not null default now()
);
create index idx_email_outbox_due on email_outbox (next_attempt_at) where status in ('pending', 'failed');
create index idx_email_outbox_agency on email_outbox (agency_id, created_at desc);
create index idx_email_outbox_installation on email_outbox (installation_id, created_at desc);
create index idx_email_outbox_recipient on email_outbox (recipient, created_at desc);

-- A provider's deliveries, raw. Providers send no event id: the hash of the event's name and data (without expiring urls) is the key.
create table webhook_inbox (
  id uuid primary key default gen_random_uuid(),
  provider text not null default 'lemonsqueezy',
  store text not null,
  mode text not null check (mode in ('live', 'test')),
  event_name text not null,
  resource_type text,
  resource_id text,
  dedupe_sha256 bytea not null check (octet_length(dedupe_sha256) = 32),
  raw_body bytea not null,
  headers jsonb not null default '{}',
  status text not null default 'pending' check (status in ('pending', 'waiting', 'done', 'ignored', 'dead')),
  attempts int not null default 0,
  next_attempt_at timestamptz not null default now(),
  last_error text,
  received_at timestamptz not null default now(),
  done_at timestamptz,
  unique (store, mode, dedupe_sha256)
);
create index idx_webhook_inbox_due on webhook_inbox (next_attempt_at) where status in ('pending', 'waiting');
create index idx_webhook_inbox_resource on webhook_inbox (resource_type, resource_id, received_at);
