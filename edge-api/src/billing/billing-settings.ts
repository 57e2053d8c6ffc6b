import type { BillingMode } from "./provider.ts";

/** How a deployment bills. */
export interface BillingSettings {
  readonly storeId: string;
  /** What the store takes; ISO 4217. */
  readonly currency: string;
  /** Only what is of this mode counts. */
  readonly mode: BillingMode;
  /** Current first, then previous; empty: deliveries are answered with 503. */
  readonly webhookSecrets: readonly string[];
  /** The provider's variants: a few, whose price is set at each checkout. */
  readonly variants: { readonly monthly: string; readonly yearly: string; readonly one_time: string };
}
