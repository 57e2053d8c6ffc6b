import type { BillingProvider } from "../../billing/provider.ts";
import type { BillingSettings } from "../../billing/billing-settings.ts";

/** The dependencies of the billing operations. */
export interface BillingServices {
  readonly provider: BillingProvider;
  readonly settings: BillingSettings;
  readonly clock: () => number;
  /** Makes the inbox worker look for due deliveries at once. */
  readonly wake: () => void;
}
