import type { SubscriptionFacts, SubscriptionStatus } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { subscriptionFacts } from "../../services/entitlements.ts";
import { applyInstallationLimit } from "../../services/limits.ts";

/** The locked row of an agency's subscription to a module. */
export interface SubscriptionRow {
  readonly id: string;
  readonly agencyId: string;
  readonly moduleId: string;
  readonly status: SubscriptionStatus;
  readonly facts: SubscriptionFacts;
  readonly providerId: string | null;
  readonly orderId: string | null;
}

export async function lockSubscriptionRow(tx: Tx, id: string): Promise<SubscriptionRow> {
  const [row] = await tx`
    select s.id, s.agency_id as "agencyId", s.module_id as "moduleId", s.status, s.provider_subscription_id as "providerId", s.provider_order_id as "orderId",
      ${subscriptionFacts(tx)} as facts
    from agency_module_subscriptions s where s.id = ${id} for update`;
  if (!row) throw new Error(`Subscription ${id} is gone.`);
  return row as unknown as SubscriptionRow;
}

/** Puts the agency's installations of the module under this subscription. */
export async function linkInstallations(tx: Tx, id: string, now: Date): Promise<void> {
  await tx`update agency_module_installations i set subscription_id = s.id from agency_module_subscriptions s
    where s.id = ${id} and i.agency_id = s.agency_id and i.module_id = s.module_id and i.uninstalled_at is null and i.subscription_id is distinct from s.id`;
  await tx`update client_module_installations i set agency_subscription_id = s.id from agency_module_subscriptions s
    where s.id = ${id} and i.agency_id = s.agency_id and i.module_id = s.module_id and i.uninstalled_at is null and i.agency_subscription_id is distinct from s.id`;
  await tx`update site_module_installations i set agency_subscription_id = s.id from agency_module_subscriptions s
    where s.id = ${id} and i.agency_id = s.agency_id and i.module_id = s.module_id and i.uninstalled_at is null and i.agency_subscription_id is distinct from s.id`;
  await tx`update agency_module_subscriptions s set current_installations =
    (select count(*) from installations i where i.agency_id = s.agency_id and i.module_id = s.module_id and i.uninstalled_at is null) where s.id = ${id}`;
  await applyInstallationLimit(tx, id, now);
}
