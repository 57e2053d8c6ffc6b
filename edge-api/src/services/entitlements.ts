import { type Entitlement, ENTITLEMENT_REASONS, entitlementOf, type EntitlementReason, type SubscriptionFacts, type SurfaceKind } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";

/** The facts that decide whether one installation may run. */
export interface EntitlementFacts {
  readonly isFree: boolean;
  readonly limitStatus: "within" | "over_limit" | "suspended";
  /** Until when installations over the limit keep running, milliseconds since 1970; `null` where none are over it. */
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

/** Columns of `EntitlementFacts`, for an installation `i` of a module `m` under a subscription `s`. */
export const entitlementColumns = (tx: Tx) => tx`m.pricing_type = 'free' as is_free, i.limit_status, ${millis(tx, "s.limit_ends_at")}::float8 as limit_ends_at,
  ${subscriptionFacts(tx)} as subscription_facts`;

export const entitlementFactsOf = (row: Readonly<Record<string, unknown>>): EntitlementFacts => ({
  isFree: row.is_free as boolean,
  limitStatus: row.limit_status as EntitlementFacts["limitStatus"],
  limitEndsAt: (row.limit_ends_at ?? null) as number | null,
  subscription: (row.subscription_facts ?? undefined) as SubscriptionFacts | undefined,
});

/** The entitlement of one installation: its subscription must allow it, and it must be within the limit or the limit's grace period. */
export function entitle({ isFree, limitStatus, limitEndsAt, subscription }: EntitlementFacts, now: number): Entitlement {
  const by = entitlementOf(subscription, isFree, now);
  if (!by.isAllowed || limitStatus === "within") return by;
  const isOver = limitStatus === "suspended" || (limitEndsAt !== null && limitEndsAt <= now);
  // Only an action of the agency ends this state, so the answer has no end.
  if (isOver) return { ...by, isAllowed: false, reason: "suspended", validUntil: null };
  const ends = [by.validUntil, limitEndsAt].filter((end) => end !== null);
  return { ...by, reason: "over_limit", validUntil: ends.length ? Math.min(...ends) : null };
}

/**
 * The reason that is shown in place of a module that may not run. Visitors of a website see none. A client's people see whom to ask,
 * because the payments of an agency are between the agency and the platform. The agency's own people see the full reason.
 */
export function reasonShownOn(kind: SurfaceKind, reason: EntitlementReason): string | undefined {
  if (kind === "site") return undefined;
  return kind === "portal" ? "It is not paid for at the moment. Please ask your agency." : ENTITLEMENT_REASONS[reason];
}
