import { type Entitlement, entitlementOf, type SubscriptionFacts } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";

/** What decides whether one installation may run. */
export interface EntitlementFacts {
  readonly isFree: boolean;
  readonly limitStatus: "within" | "over_limit" | "suspended";
  readonly subscription: SubscriptionFacts | undefined;
}

/** Joins the subscription that an installation `i` runs under, as `s`. */
export const joinSubscription = (tx: Tx) => tx`left join agency_module_subscriptions s on s.agency_id = i.agency_id and s.id = i.agency_subscription_id`;

/** A subscription `s` as the rule reads it; null where there is none. */
export const subscriptionFacts = (tx: Tx) => tx`
  case when s.id is not null then jsonb_build_object('status', s.status, 'provider', s.provider, 'pauseMode', s.pause_mode, 'revoked', s.revoked_reason,
    'statusSince', ${millis(tx, "s.status_since")}, 'trialEndsAt', ${millis(tx, "s.trial_ends_at")}, 'renewsAt', ${millis(tx, "s.renews_at")},
    'endsAt', ${millis(tx, "s.ends_at")}) end`;

const millis = (tx: Tx, column: string) => tx`floor(extract(epoch from ${tx(column)}) * 1000)`;

/** What decides, of an installation `i` of a module `m` under a subscription `s`. */
export const entitlementColumns = (tx: Tx) => tx`m.pricing_type = 'free' as is_free, i.limit_status, ${subscriptionFacts(tx)} as subscription_facts`;

export const entitlementFactsOf = (row: Readonly<Record<string, unknown>>): EntitlementFacts => ({
  isFree: row.is_free as boolean,
  limitStatus: row.limit_status as EntitlementFacts["limitStatus"],
  subscription: (row.subscription_facts ?? undefined) as SubscriptionFacts | undefined,
});

/** The rule for one installation: what the subscription allows, and within its limit. */
export function entitle({ isFree, limitStatus, subscription }: EntitlementFacts, now: number): Entitlement {
  const by = entitlementOf(subscription, isFree, now);
  if (!by.isAllowed || limitStatus === "within") return by;
  if (limitStatus === "suspended") return { ...by, isAllowed: false, reason: "suspended" };
  return { ...by, reason: "over_limit" };
}
