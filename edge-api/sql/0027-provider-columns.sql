-- Ids that the billing provider gives are named after their role, not after one provider.
alter table agencies rename column lemon_customer_id to provider_customer_id;
alter table modules rename column lemon_product_id to provider_product_id;
alter table modules rename column lemon_variant_monthly_id to provider_variant_monthly_id;
alter table modules rename column lemon_variant_yearly_id to provider_variant_yearly_id;
alter table modules rename column lemon_variant_one_time_id to provider_variant_one_time_id;
alter table agency_module_subscriptions rename column lemon_subscription_id to provider_subscription_id;
alter table agency_module_subscriptions rename column lemon_order_id to provider_order_id;
alter table agency_module_subscriptions rename column lemon_customer_id to provider_customer_id;
alter table agency_module_subscriptions rename column lemon_variant_id to provider_variant_id;
alter index agency_module_subs_lemon rename to agency_module_subs_provider;

-- The resource that a delivery with status 'waiting' needs before it can take effect; null where it waits for time alone.
alter table webhook_inbox add column waits_for_kind text check (waits_for_kind in ('subscription', 'order', 'invoice'));
alter table webhook_inbox add column waits_for_id text;
alter table webhook_inbox add constraint webhook_inbox_waits_for check ((waits_for_kind is null) = (waits_for_id is null));

-- Until now the stored error named that resource. The owner of the table is bound by row security too.
alter table webhook_inbox no force row level security;
update webhook_inbox
set waits_for_kind = substring(last_error from '^WaitingFor: (\w+) '), waits_for_id = substring(last_error from '^WaitingFor: \w+ (\S+) ')
where status = 'waiting' and last_error ~ '^WaitingFor: (subscription|order|invoice) \S+ ';
alter table webhook_inbox force row level security;
create index idx_webhook_inbox_waits_for on webhook_inbox (waits_for_kind, waits_for_id) where waits_for_id is not null;
