import type { Addresses } from "../addresses.ts";
import type { InstallationSecrets } from "../outgoing/installation-secrets.ts";
import { agencyOperations } from "./agencies.ts";
import { assertionKeyOperations } from "./assertion-keys.ts";
import { auditOperations } from "./audit-log.ts";
import { billingOperations } from "./billing/operations.ts";
import type { BillingServices } from "./billing/billing-services.ts";
import { bulkInstallOperations } from "./bulk-installs.ts";
import { developerOperations } from "./billing/developers.ts";
import { disputeOperations } from "./billing/disputes.ts";
import { receiptOperations } from "./billing/receipts.ts";
import { statementOperations } from "./billing/statements.ts";
import { browseOperations } from "./catalogue/browse.ts";
import { moduleOperations } from "./catalogue/modules.ts";
import { clientOperations } from "./clients.ts";
import { embedCodeOperations } from "./installations/embed-codes.ts";
import { exportOperations } from "./installations/export.ts";
import { installationOperations } from "./installations/operations.ts";
import { secretOperations } from "./installations/secrets.ts";
import { keyOperations } from "./keys.ts";
import { priceMoveOperations } from "./installations/price-move.ts";
import type { Operation } from "./operation.ts";
import { platformKeyOperations } from "./platform-keys.ts";
import { priceOperations } from "./prices.ts";
import { profileOperations } from "./profiles.ts";
import { requestBoardOperations } from "./requests/board.ts";
import { requestOperations } from "./requests/operations.ts";
import { platformRequestOperations } from "./requests/platform.ts";
import { reviewOperations } from "./reviews/operations.ts";
import { platformReviewOperations } from "./reviews/platform.ts";
import { siteOperations } from "./sites.ts";
import { subscriptionOperations } from "./subscriptions.ts";
import { exclusionOperations } from "./surfaces/exclusions.ts";
import { surfaceOperations } from "./surfaces/operations.ts";
import { usageOperations } from "./usage/operations.ts";

/** The whole management API. */
export const managementOperations = (addresses: Addresses, secrets: InstallationSecrets, billing: BillingServices): readonly Operation[] => [
  ...agencyOperations,
  ...moduleOperations,
  ...browseOperations,
  ...subscriptionOperations,
  ...billingOperations(billing),
  ...priceOperations,
  ...statementOperations,
  ...developerOperations,
  ...disputeOperations,
  ...receiptOperations,
  ...clientOperations,
  ...siteOperations,
  ...profileOperations,
  ...keyOperations,
  ...assertionKeyOperations,
  ...platformKeyOperations,
  ...installationOperations,
  ...priceMoveOperations,
  ...exportOperations,
  ...bulkInstallOperations,
  ...embedCodeOperations(addresses),
  ...secretOperations(secrets),
  ...surfaceOperations(addresses),
  ...exclusionOperations,
  ...requestOperations,
  ...requestBoardOperations,
  ...platformRequestOperations,
  ...reviewOperations,
  ...platformReviewOperations,
  ...usageOperations,
  ...auditOperations,
];
