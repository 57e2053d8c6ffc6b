import type { SubscriptionStatus } from "./management/subscriptions.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Durations of the entitlement rule, in milliseconds. */
export const ENTITLEMENT_TIMES = {
  /** Tolerance for differing clocks, added to every end. */
  skew: 5 * 60_000,
  /** After a renewal or the end of a trial without any event: the provider may not be reachable. */
  unconfirmed: 72 * HOUR_MS,
  /** While a payment is overdue, more can be installed for this time … */
  pastDueInstalls: 3 * DAY_MS,
  /** … and everything runs for this time, if no other event comes. */
  pastDue: 14 * DAY_MS,
  /** After the last failed payment everything runs for this time, but settings cannot be changed. */
  grace: 7 * DAY_MS,
} as const;

/** The facts about an agency's subscription to a module. Moments are milliseconds since 1970. */
export interface SubscriptionFacts {
  readonly status: SubscriptionStatus;
  /** `manual`: an administrator granted it. */
  readonly provider: string;
  readonly pauseMode: "free" | "void" | null;
  /** The last payment was refunded in full, or was fraud. */
  readonly revoked: "refunded" | "fraudulent" | null;
  readonly statusSince: number;
  readonly trialEndsAt: number | null;
  readonly renewsAt: number | null;
  /** The end of a cancelled subscription, or of a grant. */
  readonly endsAt: number | null;
}

export const ENTITLEMENT_REASONS = {
  free: "The module is free.",
  trial: "The trial runs.",
  paid: "It is paid for.",
  granted: "The platform granted it.",
  unconfirmed: "A renewal is due, and no news has come from the billing provider since: it runs until that is clear.",
  past_due: "A payment is overdue and is being tried again.",
  grace: "A payment was not made; it runs for some more days, and its settings cannot be changed.",
  cancelled: "It was cancelled and runs until the period that is paid for ends.",
  paused_free: "Payments pause, the module does not.",
  over_limit: "There are more installations than the subscription covers; it runs until the period ends.",
  none: "The agency has no subscription to this module.",
  pending: "The subscription has not been paid for yet.",
  unpaid: "A payment was not made.",
  paused: "The subscription is paused.",
  ended: "The period that was paid for is over.",
  expired: "The subscription is over.",
  refunded: "The payment for it was refunded.",
  fraudulent: "The payment for it was reported as fraud.",
  trial_over: "The trial is over.",
  suspended: "There are more installations than the subscription covers, and this is one of the newest.",
} as const;
export type EntitlementReason = keyof typeof ENTITLEMENT_REASONS;

/** What a person can do about a reason. Reasons without a problem have no remedy. */
export const ENTITLEMENT_REMEDIES: { readonly [Reason in EntitlementReason]?: string } = {
  past_due: "Update the payment method in the provider's portal.",
  grace: "Update the payment method in the provider's portal.",
  cancelled: "Take the cancellation back while the period lasts.",
  over_limit: "Raise the limit, or uninstall some: the newest stop when the period ends.",
  none: "Subscribe to the module, and pay.",
  pending: "Pay: open a checkout for the subscription.",
  unpaid: "Pay again: everything that is installed comes back in one step.",
  paused: "Resume the subscription in the provider's portal.",
  ended: "Pay again: everything that is installed comes back in one step.",
  expired: "Pay again: everything that is installed comes back in one step.",
  refunded: "Pay again: everything that is installed comes back in one step.",
  fraudulent: "Talk to the platform.",
  trial_over: "Pay: everything that is installed comes back in one step.",
  suspended: "Raise the limit, or uninstall some.",
};

/** Whether an installation may run, and why. */
export interface Entitlement {
  readonly isAllowed: boolean;
  readonly reason: EntitlementReason;
  /** Whether more of the module may be installed. */
  readonly mayInstall: boolean;
  readonly maySetSettings: boolean;
  /** When the answer changes without any event, in milliseconds since 1970; `null` if it does not. */
  readonly validUntil: number | null;
}

/** Settings may be prepared before the first payment. After a failed payment they cannot be changed until it is made. */
const maySetSettings = (reason: EntitlementReason): boolean => reason !== "grace" && reason !== "unpaid";
const no = (reason: EntitlementReason): Entitlement => ({
  isAllowed: false,
  reason,
  mayInstall: false,
  maySetSettings: maySetSettings(reason),
  validUntil: null,
});
const yes = (reason: EntitlementReason, validUntil: number | null, mayInstall = true): Entitlement => ({
  isAllowed: true,
  reason,
  mayInstall,
  maySetSettings: maySetSettings(reason),
  validUntil,
});

/**
 * The rule that decides whether a module may run, from the facts of a subscription at a moment. Ask again after `validUntil`: an end
 * takes effect without an event or a job.
 * @param subscription the agency's subscription to the module; `undefined` if there is none
 */
export function entitlementOf(subscription: SubscriptionFacts | undefined, isFree: boolean, now: number): Entitlement {
  if (isFree) return yes("free", null);
  if (!subscription) return no("none");
  const { status, provider, pauseMode, revoked, statusSince, trialEndsAt, renewsAt, endsAt } = subscription;
  if (revoked) return no(revoked);
  switch (status) {
    case "on_trial":
      return untilConfirmed("trial", trialEndsAt, now) ?? no("trial_over");
    case "active":
      if (provider === "manual") return until("granted", endsAt, now) ?? no("ended");
      return untilConfirmed("paid", renewsAt, now) ?? pastDue(renewsAt as number, now);
    case "past_due":
      return pastDue(statusSince, now);
    case "unpaid":
      return grace(statusSince, now);
    case "paused":
      return pauseMode === "free" ? yes("paused_free", null) : no("paused");
    case "cancelled":
      return until("cancelled", endsAt ?? statusSince, now, false) ?? no("ended");
    case "pending":
    case "expired":
      return no(status);
    default:
      return status satisfies never;
  }
}

/** Whether a subscription is paid or granted, so that it cannot be bought a second time. */
export function isTaken({ status, provider, revoked, endsAt }: SubscriptionFacts, now: number): boolean {
  if (status === "pending" || status === "expired" || revoked !== null) return false;
  const isEnding = status === "cancelled" || provider === "manual";
  return !isEnding || endsAt === null || now < endsAt + ENTITLEMENT_TIMES.skew;
}

function until(reason: EntitlementReason, end: number | null, now: number, mayInstall = true): Entitlement | undefined {
  if (end === null) return yes(reason, null, mayInstall);
  return now < end + ENTITLEMENT_TIMES.skew ? yes(reason, end + ENTITLEMENT_TIMES.skew, mayInstall) : undefined;
}

/** Until the next event is due, and for three more days if it does not come. */
function untilConfirmed(reason: EntitlementReason, due: number | null, now: number): Entitlement | undefined {
  const { skew, unconfirmed } = ENTITLEMENT_TIMES;
  if (due === null) return yes(reason, null);
  if (now < due + skew) return yes(reason, due + skew);
  return now < due + unconfirmed ? yes("unconfirmed", due + unconfirmed) : undefined;
}

function pastDue(since: number, now: number): Entitlement {
  const { pastDueInstalls, pastDue } = ENTITLEMENT_TIMES;
  if (now < since + pastDueInstalls) return yes("past_due", since + pastDueInstalls);
  return now < since + pastDue ? yes("past_due", since + pastDue, false) : grace(since + pastDue, now);
}

function grace(since: number, now: number): Entitlement {
  const end = since + ENTITLEMENT_TIMES.grace;
  return now < end ? yes("grace", end, false) : no("unpaid");
}
