import { checkoutOperations } from "./checkouts.ts";
import { entitlementOperations } from "./entitlements.ts";
import { compOperations } from "./comps.ts";
import { inboxOperations } from "./webhook-inbox.ts";
import { retainedInstallationOperations } from "./retained-installations.ts";
import { lapseOperations } from "./simulate-lapse.ts";
import type { BillingServices } from "./billing-services.ts";
import { subscriptionChangeOperations } from "./subscription-changes.ts";

/** All billing operations of the management API. */
export const billingOperations = (services: BillingServices) => [
  ...checkoutOperations(services),
  ...subscriptionChangeOperations(services),
  ...entitlementOperations(services),
  ...lapseOperations(services),
  ...compOperations(services),
  ...retainedInstallationOperations(services),
  ...inboxOperations(services),
];
