import type { BillingMode } from "./provider.ts";

/** The billing configuration of a deployment. */
export interface BillingSettings {
  readonly storeId: string;
  /** The currency of the store; ISO 4217. */
  readonly currency: string;
  /** Deliveries of the other mode are ignored. */
  readonly mode: BillingMode;
  /** The current secret, then previous ones. If empty, deliveries are answered with 503. */
  readonly webhookSecrets: readonly string[];
  /** Ids of the provider's variants. The price is set at each checkout. */
  readonly variants: { readonly monthly: string; readonly yearly: string; readonly one_time: string };
}
