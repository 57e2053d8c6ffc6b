import { type Entitlement, entitlementOf, type SubscriptionFacts } from "./entitlement.ts";

export interface TimelineStep extends Pick<Entitlement, "isAllowed" | "reason" | "mayInstall" | "maySetSettings"> {
  /** Milliseconds since 1970. */
  readonly at: number;
}

/**
 * The entitlement of a subscription over time if no payment is made any more: unchanged until the next due payment, then overdue, then
 * what follows from that. A subscription without payments has only its present step.
 */
export function lapseTimelineOf(subscription: SubscriptionFacts, isFree: boolean, now: number): TimelineStep[] {
  const steps: TimelineStep[] = [];
  const { status, renewsAt, trialEndsAt } = subscription;
  const due = status === "active" ? renewsAt : status === "on_trial" ? trialEndsAt : null;
  const overdue: SubscriptionFacts = { ...subscription, status: "past_due", statusSince: due ?? now };
  let at: number | null = now;
  while (at !== null) {
    const facts = due !== null && at >= due ? overdue : subscription;
    const { validUntil, ...entitlement }: Entitlement = entitlementOf(facts, isFree, at);
    const { isAllowed, reason, mayInstall, maySetSettings } = entitlement;
    steps.push({ at, isAllowed, reason, mayInstall, maySetSettings });
    // It becomes overdue when the payment is due, not when the missing event would be noticed.
    at = due !== null && at < due ? due : validUntil;
  }
  return steps;
}
