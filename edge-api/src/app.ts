import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Limits } from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import { type Context, Hono } from "hono";
import type { Addresses } from "./addresses.ts";
import type { BillingProvider } from "./billing/provider.ts";
import type { BillingSettings } from "./billing/billing-settings.ts";
import { startBilling } from "./billing/start-billing.ts";
import type { Database } from "./db/database.ts";
import { DatabaseUnavailable } from "./db/errors.ts";
import type { Assets } from "./delivery/assets.ts";
import { deliveryRoutes } from "./description/delivery-routes.ts";
import { describeApi } from "./description/openapi.ts";
import { createAllowedMethods } from "./http/allowed-methods.ts";
import { ApiError, problemResponse } from "./http/api-error.ts";
import { addressOf, clientAddress } from "./http/client-network.ts";
import { allowOrigin } from "./http/frames-cors.ts";
import { createPlanAnswer } from "./routes/plan-answer.ts";
import { INERT_HEADERS } from "./http/frame-headers.ts";
import { managementOperations } from "./management/operations.ts";
import { createManagementRouter, type MANAGEMENT_RATES } from "./management/router.ts";
import { createMediaStore } from "./media/media-store.ts";
import { createConnect } from "./outgoing/connect.ts";
import { createInstallationSecrets } from "./outgoing/installation-secrets.ts";
import { type OutgoingNetwork, systemNetwork } from "./outgoing/network.ts";
import { createOwnHosts } from "./outgoing/own-hosts.ts";
import { createSecretBox } from "./outgoing/secret-box.ts";
import { descriptionRoutes } from "./routes/description.ts";
import { embedRoutes } from "./routes/embed.ts";
import { frameRoutes } from "./routes/frames.ts";
import { memberRoutes } from "./routes/members.ts";
import { mediaHost, mediaUploadRoutes } from "./routes/media.ts";
import { moduleRoutes } from "./routes/modules.ts";
import { planRoutes } from "./routes/plan.ts";
import { setupRoutes } from "./routes/setup.ts";
import { createWebhooks } from "./routes/webhooks.ts";
import { createBroker } from "./broker/broker.ts";
import { startBulkInstalls } from "./services/bulk-installs.ts";
import { createCallerAuthentication } from "./services/caller.ts";
import { createDocumentChanges } from "./services/document-changes.ts";
import { createDocuments } from "./services/documents.ts";
import { createEmails } from "./services/email.ts";
import { createAssertionKeys } from "./services/identity/assertion-keys.ts";
import { createAssertions } from "./services/identity/assertions.ts";
import { createIdentities } from "./services/identity/identities.ts";
import { createRefusalLog } from "./services/identity/refusal-log.ts";
import { startInstallCounts } from "./services/install-counts.ts";
import { createInstallationFacts } from "./services/installation-facts.ts";
import { invalidateCachesOnChange } from "./services/invalidate-caches.ts";
import { type SendMail, startOutbox } from "./services/mailer.ts";
import { createPackageFiles } from "./services/package-files.ts";
import { createPlans } from "./services/plans.ts";
import { createPrintPages } from "./services/print-pages.ts";
import { createSessions } from "./services/sessions.ts";
import { createTokens, type SigningKeys } from "./services/tokens.ts";
import { createUsage } from "./services/usage.ts";
import { createVisitors } from "./services/visitors.ts";

export interface AppOptions {
  readonly database: Database;
  readonly addresses: Addresses;
  readonly assets: Assets;
  readonly signingKeys: SigningKeys;
  /** 32 bytes that visitors' names are derived with. */
  readonly masterKey: Buffer;
  readonly sendMail: SendMail;
  /** Addresses of machines that this deployment uses, which no module may call. */
  readonly usedUrls?: readonly (string | undefined)[];
  /** How other hosts are reached, for tests. */
  readonly network?: OutgoingNetwork | undefined;
  readonly trustedProxies?: number;
  /** Limits of modules that differ from the defaults, written into every frame document. */
  readonly limits?: Limits | undefined;
  readonly managementRates?: typeof MANAGEMENT_RATES | undefined;
  readonly billing: BillingSettings;
  /** Whoever takes the money. */
  readonly billingProvider: BillingProvider;
  /** What tells whether something that was paid for is over: milliseconds since 1970. */
  readonly clock?: (() => number) | undefined;
}

/** Composes the API: every request is routed by its Host header, every refusal answered as problem+json. */
export async function createApp(options: AppOptions) {
  const { database, addresses, assets, trustedProxies = 0 } = options;
  const logger = getLogger(["dramac", "http"]);
  const tokens = await createTokens(addresses.platform, options.signingKeys);
  const packages = createPackageFiles(database);
  const { clock = Date.now } = options;
  const installations = createInstallationFacts(database, clock);
  const plans = createPlans({ database, addresses, assets, packages, installations, limits: options.limits, clock });
  const assertionKeys = createAssertionKeys(database);
  const assertions = createAssertions(database, assertionKeys, addresses.platform);
  const identities = createIdentities({ keys: assertionKeys, assertions, tokens, noteRefusal: createRefusalLog(database) });
  const visitors = createVisitors(tokens, options.masterKey);
  const outbox = startOutbox(database, options.sendMail);
  const bulkInstalls = startBulkInstalls(database, { clock });
  const counting = startInstallCounts(database);
  const usage = createUsage({ database, installations, tokens });
  const changes = await createDocumentChanges(database);
  const stopFollowing = await invalidateCachesOnChange(database, { plans, installations, packages, changes, assertionKeys });
  const secrets = createInstallationSecrets(createSecretBox(options.masterKey));
  const connect = createConnect({ database, network: options.network ?? systemNetwork, secrets, isOwnHost: createOwnHosts(addresses, options.usedUrls) });
  const media = createMediaStore(database, addresses.media);
  const prints = createPrintPages(database, addresses);
  const broker = createBroker({
    database,
    documents: createDocuments(database),
    usage,
    sendEmail: createEmails(database, outbox.wake),
    connect,
    media,
    prints,
    clock,
  });
  const billing = startBilling({ database, settings: options.billing, provider: options.billingProvider, clock });
  const frames = frameRoutes({ plans, packages, prints, addresses });
  const resolveCaller = createCallerAuthentication({ database, installations, plans, tokens, identities });
  const answerMedia = mediaHost(media, frames.notFound);
  let isDraining = false;

  const clientInfoOf = (context: Context) => ({ address: clientAddress(context, trustedProxies), requestId: requestIdOf(context.req.raw) });

  const clientInfoOfRequest = ({ headers, socket }: IncomingMessage) => ({
    address: addressOf(headers["x-forwarded-for"] as string | undefined, socket.remoteAddress ?? "unknown", trustedProxies),
    requestId: randomUUID(),
  });
  const webhooks = createWebhooks({ receiver: billing.receiver, addresses, clientInfoOf, clientInfoOfRequest });
  const operations = managementOperations(addresses, secrets, { ...billing, settings: options.billing, clock });
  const platform = new Hono()
    // Frame documents are isolated: without this they could not even read that a beacon was accepted.
    .use(async (context, next) => {
      await next();
      context.res.headers.set("cross-origin-resource-policy", "cross-origin");
      context.res.headers.set("x-content-type-options", "nosniff");
    })
    .get("/livez", (context) => context.text("ok\n"))
    .get("/readyz", async (context) => {
      if (isDraining) return context.text("draining\n", 503);
      return database.ping().then(
        () => context.text("ready\n"),
        () => context.text("the database does not answer\n", 503),
      );
    })
    .route("/", embedRoutes({ plans, assets, addresses }))
    .route("/", planRoutes({ plans }))
    .route("/", memberRoutes({ plans, identities, assertions, clientInfoOf }))
    .route("/", webhooks.routes)
    .route("/", setupRoutes(database, clientInfoOf))
    .route("/", createManagementRouter(database, operations, clientInfoOf, { rates: options.managementRates, clock }))
    .route("/", descriptionRoutes(describeApi(operations, deliveryRoutes, assets.version, addresses.platform)))
    .route(
      "/",
      moduleRoutes({
        addresses,
        openSession: createSessions({ plans, installations, tokens, visitors, identities }),
        resolveCaller,
        broker,
        changes,
        usage,
        clientInfoOf,
      }),
    )
    .route("/", mediaUploadRoutes({ addresses, resolveCaller, media, usage, clientInfoOf }));
  const otherMethods = createAllowedMethods(deliveryRoutes);
  platform.notFound((context) => {
    const methods = otherMethods(context.req.path, context.req.method).join(", ");
    const refusal = methods
      ? new ApiError("method_not_allowed", `Here are ${methods}.`, { headers: { allow: methods } })
      : new ApiError("not_found", `Nothing is served at ${context.req.path}.`);
    return problemResponse(refusal, requestIdOf(context.req.raw));
  });
  platform.onError((error, context) => {
    const requestId = requestIdOf(context.req.raw);
    const response = problemResponse(asApiError(error, requestId), requestId);
    response.headers.set("cross-origin-resource-policy", "cross-origin");
    // A refusal must be readable by the shell that asked, and by nobody else.
    const origin = context.req.header("origin") ?? "";
    if (URL.canParse(origin) && addresses.destination(new URL(origin).host).kind === "frames") {
      for (const [name, value] of Object.entries(allowOrigin(origin))) response.headers.set(name, value);
    }
    return response;
  });

  function asApiError(error: unknown, requestId: string): ApiError {
    if (error instanceof ApiError) return error;
    if (error instanceof DatabaseUnavailable) return new ApiError("unavailable", "The database does not answer at the moment. Nothing was written; try again.");
    logger.error("request {requestId} failed: {error}", { requestId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    return new ApiError("internal", "Something went wrong on our side. Try again; if it stays, tell us the request id.");
  }

  async function route(request: Request, env?: unknown): Promise<Response> {
    const url = new URL(request.url);
    const destination = addresses.destination(request.headers.get("host") ?? url.host);
    if (destination.kind === "frames" || destination.kind === "media") {
      // The path as it came on the wire: URL parsing would resolve dot segments first.
      const raw = (env as { incoming?: { url?: string } } | undefined)?.incoming?.url ?? request.url;
      const answer = destination.kind === "media" ? answerMedia(request.method, raw) : frames.answer(destination.installation, request.method, raw);
      return Promise.resolve(answer).catch((error: unknown) => {
        const problem = problemResponse(asApiError(error, requestIdOf(request)), requestIdOf(request));
        for (const [name, value] of Object.entries(INERT_HEADERS)) problem.headers.set(name, value);
        return problem;
      });
    }
    if (destination.kind === "unknown" && !["/livez", "/readyz"].includes(url.pathname)) return frames.notFound();
    return platform.fetch(request, env as never);
  }

  return {
    fetch: route,
    /** What is served on the platform's origin, as the router has it. */
    routes: platform.routes.map(({ method, path }) => ({ method, path })),
    answerPlan: createPlanAnswer(plans, addresses),
    answerDelivery: webhooks.answer,
    /** For requests that are not even an address: they get what made-up addresses get. */
    refuse: frames.notFound,
    plans,
    usage,
    billing,
    /** Stops taking part: unready at once, then what is gathered is written. */
    async close(): Promise<void> {
      isDraining = true;
      await Promise.all([usage.stop(), outbox.stop(), bulkInstalls.stop(), billing.stop(), stopFollowing(), changes.stop(), counting.stop()]);
    },
    drain: () => {
      isDraining = true;
    },
  };
}

const ids = new WeakMap<Request, string>();

function requestIdOf(request: Request): string {
  const known = ids.get(request) ?? randomUUID();
  ids.set(request, known);
  return known;
}

export type App = Awaited<ReturnType<typeof createApp>>;
