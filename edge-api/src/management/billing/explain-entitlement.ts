import { type Entitlement, ENTITLEMENT_REASONS, ENTITLEMENT_REMEDIES } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { entitle, type EntitlementFacts, entitlementColumns, entitlementFactsOf, joinSubscription, subscriptionFacts } from "../../services/entitlements.ts";
import { missing } from "../../services/missing.ts";

const MAX_CAUSES = 10;

/** Explains the entitlement of a subscription. @throws ApiError `not_found` */
export async function explainSubscription(tx: Tx, id: string, now: number): Promise<Record<string, unknown>> {
  const [row] = await tx`
    select m.pricing_type = 'free' as is_free, 'within' as limit_status, null as limit_ends_at, ${subscriptionFacts(tx)} as subscription_facts
    from agency_module_subscriptions s join modules m on m.id = s.module_id where s.id = ${id}`;
  if (!row) throw missing();
  return explain(tx, entitlementFactsOf(row), id, now);
}

/** Explains the entitlement of an installation. @throws ApiError `not_found` */
export async function explainInstallation(tx: Tx, id: string, now: number): Promise<Record<string, unknown>> {
  const [row] = await tx`
    select s.id as subscription_id, ${entitlementColumns(tx)} from installations i join modules m on m.id = i.module_id ${joinSubscription(tx)}
    where i.id = ${id} and i.uninstalled_at is null`;
  if (!row) throw missing();
  return explain(tx, entitlementFactsOf(row), row.subscription_id as string | null, now);
}

async function explain(tx: Tx, facts: EntitlementFacts, subscriptionId: string | null, now: number): Promise<Record<string, unknown>> {
  const { isAllowed, reason, mayInstall, maySetSettings, validUntil }: Entitlement = entitle(facts, now);
  const causes = subscriptionId
    ? await tx`
      select version, at, status, reason, is_allowed as "isAllowed", cause_kind as kind, cause_id as id, cause_detail as detail
      from entitlement_changes where subscription_id = ${subscriptionId} order by version desc limit ${MAX_CAUSES}`
    : [];
  return {
    isAllowed,
    reason,
    sentence: ENTITLEMENT_REASONS[reason],
    mayInstall,
    maySetSettings,
    validUntil: validUntil === null ? null : new Date(validUntil),
    next: validUntil === null ? null : entitle(facts, validUntil).reason,
    remedy: ENTITLEMENT_REMEDIES[reason] ?? null,
    causes,
  };
}
