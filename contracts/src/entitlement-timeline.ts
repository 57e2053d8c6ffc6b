import { type Entitlement, entitlementOf, type SubscriptionFacts } from "./entitlement.ts";

export interface TimelineStep extends Pick<Entitlement, "isAllowed" | "reason" | "mayInstall" | "maySetSettings"> {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * What becomes of a subscription if nobody pays any more: as it is until the payment that is due next, then overdue, then what
 * follows from that. A subscription that nobody pays for has no course.
 */
export function lapseTimelineOf(subscription: SubscriptionFacts, isFree: boolean, now: number): TimelineStep[] {
  const steps: TimelineStep[] = [];
  const { status, renewsAt, trialEndsAt } = subscription;
  const due = status === "active" ? renewsAt : status === "on_trial" ? trialEndsAt : null;
  const overdue: SubscriptionFacts = { ...subscription, status: "past_due", statusSince: due ?? now };
  let at: number | null = now;
  while (at !== null) {
    const facts = due !== null && at >= due ? overdue : subscription;
    const { validUntil, ...what }: Entitlement = entitlementOf(facts, isFree, at);
    const { isAllowed, reason, mayInstall, maySetSettings } = what;
    steps.push({ at, isAllowed, reason, mayInstall, maySetSettings });
    // What is paid for ends when the payment is due, not when we would notice that nobody told us of it.
    at = due !== null && at < due ? due : validUntil;
  }
  return steps;
}
