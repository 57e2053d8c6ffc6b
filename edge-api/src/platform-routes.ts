import { type Context, Hono } from "hono";
import type { Addresses } from "./addresses.ts";
import type { BillingSettings } from "./billing/billing-settings.ts";
import type { Services } from "./create-services.ts";
import type { Database } from "./db/database.ts";
import type { Assets } from "./delivery/assets.ts";
import { deliveryRoutes } from "./description/delivery-routes.ts";
import { describeApi } from "./description/openapi.ts";
import { createAllowedMethods } from "./http/allowed-methods.ts";
import { ApiError } from "./http/api-error.ts";
import { errorResponse } from "./http/error-response.ts";
import { allowOrigin } from "./http/frames-cors.ts";
import { managementOperations } from "./management/operations.ts";
import { createManagementRouter, type MANAGEMENT_RATES } from "./management/router.ts";
import { descriptionRoutes } from "./routes/description.ts";
import { embedRoutes } from "./routes/embed.ts";
import { healthRoutes } from "./routes/health.ts";
import { mediaUploadRoutes } from "./routes/media.ts";
import { memberRoutes } from "./routes/members.ts";
import { moduleRoutes } from "./routes/modules.ts";
import { planRoutes } from "./routes/plan.ts";
import { setupRoutes } from "./routes/setup.ts";
import type { Webhooks } from "./routes/webhooks.ts";
import type { ClientInfo } from "./services/audit.ts";

export interface PlatformOptions {
  readonly database: Database;
  readonly addresses: Addresses;
  readonly assets: Assets;
  readonly billing: BillingSettings;
  readonly managementRates?: typeof MANAGEMENT_RATES | undefined;
  readonly clock?: (() => number) | undefined;
  readonly webhooks: Pick<Webhooks, "routes">;
  readonly clientInfoOf: (context: Context) => ClientInfo;
  /** Whether this node has stopped taking new work. */
  readonly isDraining: () => boolean;
}

/** Everything that is served on the platform's own origin. */
export function createPlatformRoutes(services: Services, options: PlatformOptions): Hono {
  const { database, addresses, assets, clientInfoOf, clock = Date.now } = options;
  const operations = managementOperations(addresses, services.secrets, { ...services.billing, settings: options.billing, clock });
  const platform = new Hono()
    // Frame documents are cross-origin isolated: without this header they could not even read that a beacon was accepted.
    .use(async (context, next) => {
      await next();
      context.res.headers.set("cross-origin-resource-policy", "cross-origin");
      context.res.headers.set("x-content-type-options", "nosniff");
    })
    .route("/", healthRoutes(database, options.isDraining))
    .route("/", embedRoutes({ plans: services.plans, assets, addresses }))
    .route("/", planRoutes(services))
    .route("/", memberRoutes({ ...services, clientInfoOf }))
    .route("/", options.webhooks.routes)
    .route("/", setupRoutes(database, clientInfoOf))
    .route("/", createManagementRouter(database, operations, clientInfoOf, { rates: options.managementRates, clock }))
    .route("/", descriptionRoutes(describeApi(operations, deliveryRoutes, assets.version, addresses.platform)))
    .route("/", moduleRoutes({ ...services, addresses, clientInfoOf }))
    .route("/", mediaUploadRoutes({ ...services, addresses, clientInfoOf }));
  platform.notFound(createNotFound());
  platform.onError((error, context) => platformError(error, context, addresses));
  return platform;
}

/** Answers paths that no route matches; a path that exists with other methods names them. */
function createNotFound() {
  const otherMethods = createAllowedMethods(deliveryRoutes);
  return ({ req: { path, method, raw } }: Context): Response => {
    const methods = otherMethods(path, method).join(", ");
    return errorResponse(
      raw,
      methods
        ? new ApiError("method_not_allowed", `This path takes ${methods}.`, { headers: { allow: methods } })
        : new ApiError("not_found", `Nothing is served at ${path}.`),
    );
  };
}

/** An error response that the frame which asked may read, and no other page. */
function platformError(error: Error, context: Context, addresses: Addresses): Response {
  const response = errorResponse(context.req.raw, error);
  response.headers.set("cross-origin-resource-policy", "cross-origin");
  const origin = context.req.header("origin") ?? "";
  if (addresses.frameOf(origin)) for (const [name, value] of Object.entries(allowOrigin(origin))) response.headers.set(name, value);
  return response;
}
