import { checkoutOperations } from "./checkouts.ts";
import { entitlementOperations } from "./entitlements.ts";
import { grantOperations } from "./grants.ts";
import { inboxOperations } from "./inbox.ts";
import { keptInstallationOperations } from "./kept-installations.ts";
import { lapseOperations } from "./lapse.ts";
import type { BillingServices } from "./services.ts";
import { subscriptionChangeOperations } from "./subscription-changes.ts";

/** What somebody does about payments, and what they learn of them. */
export const billingOperations = (services: BillingServices) => [
  ...checkoutOperations(services),
  ...subscriptionChangeOperations(services),
  ...entitlementOperations(services),
  ...lapseOperations(services),
  ...grantOperations(services),
  ...keptInstallationOperations(services),
  ...inboxOperations(services),
];
