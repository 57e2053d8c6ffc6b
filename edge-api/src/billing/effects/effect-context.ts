import type { Tx } from "../../db/database.ts";
import type { BillingMode, BillingProvider } from "../provider.ts";

/** What brought a change. */
export interface Cause {
  readonly kind: "webhook" | "reconciliation" | "operation";
  /** The inbox row of a webhook, or the resource that was reconciled. */
  readonly id: string | null;
  /** For people: the name of the event. */
  readonly detail: string;
}

/** Everything that effects work with: one transaction of the platform at one moment. */
export interface EffectContext {
  readonly tx: Tx;
  readonly provider: BillingProvider["name"];
  readonly mode: BillingMode;
  readonly cause: Cause;
  readonly now: Date;
  /** Collects a log event with a code that a person should look at. It is logged after the transaction was committed. */
  readonly alert: (code: string, detail: string) => void;
}

/** One sentence for people: what followed from a snapshot. */
export type Outcome = string;

/** Queues a call of the provider. It is made once, even when it is queued again. */
export const addPendingAction = (
  { tx, provider, mode, now }: EffectContext,
  { action, resourceId, reason }: { action: "refund_order" | "cancel_subscription"; resourceId: string; reason: string },
) =>
  tx`insert into billing_duties (provider, mode, duty, resource_id, reason, next_attempt_at, created_at)
    values (${provider}, ${mode}, ${action}, ${resourceId}, ${reason}, ${now}, ${now}) on conflict (provider, mode, duty, resource_id) do nothing`;
