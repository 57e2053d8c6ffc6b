import { entitlementOf, type SubscriptionFacts } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { SYSTEM_AUTHOR, writeAudit } from "../../services/audit.ts";
import { subscriptionFacts } from "../../services/entitlements.ts";
import type { Cause } from "./effect-context.ts";

/** Records the present entitlement of a subscription, with its cause, if it differs from the last recorded one. */
export async function recordEntitlement(tx: Tx, subscriptionId: string, cause: Cause, now: Date): Promise<void> {
  const [row] = await tx`
    select s.agency_id, m.pricing_type = 'free' as is_free, ${subscriptionFacts(tx)} as facts,
      (select jsonb_build_object('version', c.version, 'status', c.status, 'reason', c.reason, 'validUntil', floor(extract(epoch from c.valid_until) * 1000))
        from entitlement_changes c where c.subscription_id = s.id order by c.version desc limit 1) as last
    from agency_module_subscriptions s join modules m on m.id = s.module_id where s.id = ${subscriptionId}`;
  if (!row) return;
  const facts = row.facts as SubscriptionFacts;
  const { isAllowed, reason, validUntil } = entitlementOf(facts, row.is_free as boolean, now.getTime());
  const last = row.last as { version: number; status: string; reason: string; validUntil: number | null } | null;
  if (last && last.status === facts.status && last.reason === reason && last.validUntil === validUntil) return;
  const change = { status: facts.status, reason, isAllowed, validUntil: validUntil === null ? null : new Date(validUntil) };
  await tx`
    insert into entitlement_changes (subscription_id, version, agency_id, status, reason, is_allowed, valid_until, cause_kind, cause_id, cause_detail, at)
    values (${subscriptionId}, ${(last?.version ?? 0) + 1}, ${row.agency_id as string}, ${change.status}, ${reason}, ${isAllowed}, ${change.validUntil},
      ${cause.kind}, ${cause.id}, ${cause.detail}, ${now})`;
  if (cause.kind === "operation") return;
  await writeAudit(tx, {
    action: "subscription.entitlement",
    author: SYSTEM_AUTHOR,
    agencyId: row.agency_id as string,
    change: {
      subject: "subscription",
      id: subscriptionId,
      before: last && { status: last.status, reason: last.reason },
      after: change,
      reason: `${cause.kind}: ${cause.detail}`,
    },
    client: { address: "", requestId: cause.id ?? "" },
  });
}
