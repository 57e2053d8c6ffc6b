import type { Addresses } from "../addresses.ts";
import { agencyOperations } from "./agencies.ts";
import { auditOperations } from "./audit-log.ts";
import { bulkInstallOperations } from "./bulk-installs.ts";
import { browseOperations } from "./catalogue/browse.ts";
import { moduleOperations } from "./catalogue/modules.ts";
import { clientOperations } from "./clients.ts";
import { embedCodeOperations } from "./installations/embed-codes.ts";
import { exportOperations } from "./installations/export.ts";
import { installationOperations } from "./installations/operations.ts";
import { keyOperations } from "./keys.ts";
import { priceMoveOperations } from "./installations/price-move.ts";
import type { Operation } from "./operation.ts";
import { platformKeyOperations } from "./platform-keys.ts";
import { priceOperations } from "./prices.ts";
import { profileOperations } from "./profiles.ts";
import { siteOperations } from "./sites.ts";
import { subscriptionOperations } from "./subscriptions.ts";
import { surfaceOperations } from "./surfaces/operations.ts";

/** The whole management API. */
export const managementOperations = (addresses: Addresses): readonly Operation[] => [
  ...agencyOperations,
  ...moduleOperations,
  ...browseOperations,
  ...subscriptionOperations,
  ...priceOperations,
  ...clientOperations,
  ...siteOperations,
  ...profileOperations,
  ...keyOperations,
  ...platformKeyOperations,
  ...installationOperations,
  ...priceMoveOperations,
  ...exportOperations,
  ...bulkInstallOperations,
  ...embedCodeOperations(addresses),
  ...surfaceOperations(addresses),
  ...auditOperations,
];
