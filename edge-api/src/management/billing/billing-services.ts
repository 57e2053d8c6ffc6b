import type { BillingProvider } from "../../billing/provider.ts";
import type { BillingSettings } from "../../billing/billing-settings.ts";

/** What the operations of billing work with. */
export interface BillingServices {
  readonly provider: BillingProvider;
  readonly settings: BillingSettings;
  readonly clock: () => number;
  /** There is something new to work on. */
  readonly kick: () => void;
}
