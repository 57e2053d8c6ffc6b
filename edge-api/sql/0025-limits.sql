-- More installations than a subscription covers: nothing is deleted. The surplus runs until a moment, and stops by itself.

-- Until when the surplus runs; null where there is none.
alter table agency_module_subscriptions add column limit_ends_at timestamptz;
-- Which installations the agency wants to stay; then the oldest do.
alter table agency_module_subscriptions add column kept_installations uuid[] not null default '{}';
create index idx_agency_module_subs_limit on agency_module_subscriptions (limit_ends_at) where limit_ends_at is not null;
