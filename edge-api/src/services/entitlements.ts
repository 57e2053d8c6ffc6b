import { type Entitlement, ENTITLEMENT_REASONS, entitlementOf, type EntitlementReason, type SubscriptionFacts, type SurfaceKind } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";

/** What decides whether one installation may run. */
export interface EntitlementFacts {
  readonly isFree: boolean;
  readonly limitStatus: "within" | "over_limit" | "suspended";
  /** Until when the surplus runs, milliseconds since 1970; `null` where there is none. */
  readonly limitEndsAt: number | null;
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
export const entitlementColumns = (tx: Tx) => tx`m.pricing_type = 'free' as is_free, i.limit_status, ${millis(tx, "s.limit_ends_at")}::float8 as limit_ends_at,
  ${subscriptionFacts(tx)} as subscription_facts`;

export const entitlementFactsOf = (row: Readonly<Record<string, unknown>>): EntitlementFacts => ({
  isFree: row.is_free as boolean,
  limitStatus: row.limit_status as EntitlementFacts["limitStatus"],
  limitEndsAt: (row.limit_ends_at ?? null) as number | null,
  subscription: (row.subscription_facts ?? undefined) as SubscriptionFacts | undefined,
});

/** The rule for one installation: what the subscription allows, and within its limit; the surplus until its end. */
export function entitle({ isFree, limitStatus, limitEndsAt, subscription }: EntitlementFacts, now: number): Entitlement {
  const by = entitlementOf(subscription, isFree, now);
  if (!by.isAllowed || limitStatus === "within") return by;
  const isOver = limitStatus === "suspended" || (limitEndsAt !== null && limitEndsAt <= now);
  // Only somebody's deed brings it back, so the answer stands until then.
  if (isOver) return { ...by, isAllowed: false, reason: "suspended", validUntil: null };
  const ends = [by.validUntil, limitEndsAt].filter((end) => end !== null);
  return { ...by, reason: "over_limit", validUntil: ends.length ? Math.min(...ends) : null };
}

/**
 * What is said in the place of a module that may not run. Whoever visits a website is told nothing; a client's people are told whom to
 * ask, for how an agency stands with the platform is between the two; the agency's own people are told all.
 */
export function reasonShownOn(kind: SurfaceKind, reason: EntitlementReason): string | undefined {
  if (kind === "site") return undefined;
  return kind === "portal" ? "It is not paid for at the moment. Please ask your agency." : ENTITLEMENT_REASONS[reason];
}
