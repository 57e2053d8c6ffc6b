import type { ServerResponse } from "node:http";
import { type Context, Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { ErrorReportSchema, type InstallationId, ProxyRequestSchema, type SessionRequest, SessionRequestSchema, UsageBatchSchema } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { readJson } from "../http/body.ts";
import { installationOf, preflight, requireOwnOrigin } from "../http/frames-cors.ts";
import { networkOf as networkOfAddress } from "../http/client-network.ts";
import { openEventStream } from "../http/event-stream.ts";
import { createModuleLimits } from "./module-limits.ts";
import { createStreamSlots } from "../http/stream-slots.ts";
import type { ClientInfo } from "../services/audit.ts";
import type { Broker } from "../broker/broker.ts";
import type { Caller, AuthenticateCaller } from "../services/caller.ts";
import { findCollection, requireReach } from "../services/collection-rules.ts";
import type { DocumentChanges } from "../services/document-changes.ts";
import type { createSessions } from "../services/sessions.ts";
import type { Usage } from "../services/usage.ts";

const BODY_BYTES = 128 * 1024;
const BEACON_TYPES = ["text/plain", "application/json"];
const MAX_COLLECTIONS = 16;

/** Routes that shells and beacons call. Each checks in this order: origin, rate, size, schema, permission. */
export function moduleRoutes(services: {
  addresses: Addresses;
  openSession: ReturnType<typeof createSessions>;
  resolveCaller: AuthenticateCaller;
  broker: Broker;
  changes: DocumentChanges;
  usage: Usage;
  clientInfoOf: (context: Context) => ClientInfo;
}) {
  const { addresses, openSession, resolveCaller, broker, changes, usage, clientInfoOf } = services;
  const limits = createModuleLimits();
  const acquireSlot = createStreamSlots();
  const networkOf = (context: Context) => networkOfAddress(clientInfoOf(context).address);

  /** Checks the rates of the network, then authenticates, then checks the rates of visitor, installation and tenant. */
  async function admit(context: Context, id: InstallationId): Promise<Caller> {
    await limits.call(networkOf(context), id);
    const caller = await resolveCaller(context.req.header("authorization"), id, clientInfoOf(context));
    await limits.caller(caller);
    return caller;
  }

  return new Hono()
    .options("/api/sessions", (context) => preflight(context, addresses))
    .post("/api/sessions", async (context) => {
      const frame = addresses.frameOf(context.req.header("origin"));
      if (!frame) throw new ApiError("origin_not_allowed", "Only an installation's own frames origin may open a session.");
      await limits.session(networkOf(context), frame);
      const request = parse(SessionRequestSchema, await readJson(context, BODY_BYTES)) as SessionRequest;
      requireOwnOrigin(context, addresses, request.installation, false);
      return context.json(await openSession(request, clientInfoOf(context)), 200, { "cache-control": "no-store" });
    })
    .options("/api/modules/:installationId/:what{proxy|stream|media}", (context) => preflight(context, addresses))
    .post("/api/modules/:installationId/proxy", async (context) => {
      const id = installationOf(context);
      requireOwnOrigin(context, addresses, id, true);
      const caller = await admit(context, id);
      const request = parse(ProxyRequestSchema, await readJson(context, BODY_BYTES));
      return context.json(await broker(caller, request), 200, { "cache-control": "no-store" });
    })
    .get("/api/modules/:installationId/stream", async (context) => {
      const id = installationOf(context);
      requireOwnOrigin(context, addresses, id, true);
      const collections = new Set(context.req.queries("collection") ?? []);
      if (collections.size > MAX_COLLECTIONS) throw new ApiError("bad_request", `Subscribe to ${MAX_COLLECTIONS} collections at most.`);
      const caller = await admit(context, id);
      requireReadable(caller, collections);
      const release = acquireSlot({ network: networkOf(context), installation: id, visitor: caller.sub });
      context.header("cache-control", "no-store");
      return streamSSE(context, (stream) =>
        openEventStream(stream, {
          subscribe: (send, close) => changes.subscribe(caller, collections, send, close),
          recheckAccess: async () => requireReadable(await resolveCaller(context.req.header("authorization"), id, clientInfoOf(context)), collections),
          destroyConnection: () => (context.env as { outgoing?: ServerResponse } | undefined)?.outgoing?.destroy(),
        }).finally(release),
      );
    })
    .post("/api/events", async (context) => {
      await limits.beacon(networkOf(context));
      const batch = parse(UsageBatchSchema, await readJson(context, 64 * 1024, BEACON_TYPES));
      await limits.usage(networkOf(context), batch.surface, batch.events.length);
      await usage.addBatch(batch);
      return context.body(null, 202);
    })
    .post("/api/modules/errors", async (context) => {
      await limits.beacon(networkOf(context));
      const report = parse(ErrorReportSchema, await readJson(context, 16 * 1024, BEACON_TYPES));
      await limits.usage(networkOf(context), report.surface, 1);
      await usage.addError(report);
      return context.body(null, 202);
    });
}

/** @throws ApiError `permission_denied`, `unknown_collection`, `collection_denied` */
function requireReadable(caller: Caller, collections: ReadonlySet<string>): void {
  const permission = "access:storage";
  if (!caller.permissions.includes(permission)) throw new ApiError("permission_denied", `Ask for ${permission} and have it granted.`, { permission });
  for (const name of collections) requireReach(findCollection(caller, name), caller, "read", name);
}
