import type { Tx } from "../../db/database.ts";
import type { ResourceKind } from "../webhook/delivery.ts";
import type { BillingMode, BillingProvider } from "../provider.ts";

/** What brings a change about. */
export interface Cause {
  readonly kind: "webhook" | "reconciliation" | "operation";
  /** A row of the inbox, or what was reconciled. */
  readonly id: string | null;
  /** For people: the event's name. */
  readonly detail: string;
}

/** Where effects take place: one transaction of the platform, at one moment. */
export interface EffectContext {
  readonly tx: Tx;
  readonly provider: BillingProvider["name"];
  readonly mode: BillingMode;
  readonly cause: Cause;
  readonly now: Date;
  /** Says something that somebody should look at: a log event with a code, once the transaction is kept. */
  readonly alert: (code: string, detail: string) => void;
}

/** What the resource hangs on is not known yet; it may come later, or be fetched. */
export class MissingResourceError extends Error {
  override readonly name = "MissingResourceError";
  constructor(
    readonly kind: ResourceKind,
    readonly id: string,
  ) {
    super(`${kind} ${id} has not been heard of yet.`);
  }
}

/** A sentence on what was concluded. */
export type Outcome = string;

/** What must be asked of the provider later, once, whatever happens meanwhile. */
export const addPendingAction = (
  { tx, provider, mode, now }: EffectContext,
  duty: "refund_order" | "cancel_subscription",
  resourceId: string,
  reason: string,
) =>
  tx`insert into billing_duties (provider, mode, duty, resource_id, reason, next_attempt_at, created_at)
    values (${provider}, ${mode}, ${duty}, ${resourceId}, ${reason}, ${now}, ${now}) on conflict (provider, mode, duty, resource_id) do nothing`;
