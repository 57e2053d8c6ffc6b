import { CONNECT_METHODS, findOperation, isAtLeast, type Operation, type ProxyRequest, type ProxyResponse } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { createAnalyticsRead } from "./analytics.ts";
import { createBillingRead } from "./billing.ts";
import { createSettingsChange } from "./settings.ts";
import { writeModuleAudit } from "./audit.ts";
import { createTenantAccess } from "./tenants.ts";
import type { MediaStore } from "../media/media-store.ts";
import type { Connect } from "../outgoing/connect.ts";
import type { Caller } from "../services/caller.ts";
import type { Documents } from "../services/documents.ts";
import type { PrintPages } from "../services/print-pages.ts";
import type { Usage } from "../services/usage.ts";
import { publicSettings } from "../services/public-settings.ts";

type Handler = (caller: Caller, parameters: readonly string[], data: unknown) => Promise<{ status: number; data?: unknown }>;

const ok = async (data: Promise<unknown> | unknown, status = 200) => ({ status, data: await data });

/** Answers the calls of modules, after all checks, with one handler for each operation of the registry. Other operations are denied. */
export function createBroker(services: {
  database: Database;
  documents: Documents;
  usage: Pick<Usage, "countCall">;
  sendEmail: (caller: Caller, data: unknown) => Promise<unknown>;
  connect: Connect;
  media: Pick<MediaStore, "remove">;
  prints: Pick<PrintPages, "create">;
  clock: () => number;
}) {
  const { database, documents, usage, sendEmail, connect, media, prints, clock } = services;
  const tenants = createTenantAccess(database, writeModuleAudit);
  const changeSettings = createSettingsChange(database, writeModuleAudit, clock);
  const readAnalytics = createAnalyticsRead(database);
  const readBilling = createBillingRead(database);

  const handlers = new Map<string, Handler>([
    ["GET /site", (caller) => ok(tenants.read("site", caller))],
    ["PATCH /site", (caller, _, data) => ok(tenants.change("site", caller, data))],
    ["GET /client", (caller) => ok(tenants.read("client", caller))],
    ["PATCH /client", (caller, _, data) => ok(tenants.change("client", caller, data))],
    ["GET /agency", (caller) => ok(tenants.read("agency", caller))],
    ["PATCH /agency", (caller, _, data) => ok(tenants.change("agency", caller, data))],
    ["GET /analytics", (caller, _, data) => ok(readAnalytics(caller, data))],
    ["GET /billing", (caller) => ok(readBilling(caller))],
    ["GET /settings", ({ installation }) => ok(publicSettings(installation.manifest, installation.settings))],
    ["PATCH /settings", (caller, _, data) => ok(changeSettings(caller, data))],
    ["POST /email", (caller, _, data) => ok(sendEmail(caller, data), 202)],
    ["PUT /media", () => Promise.reject(new ApiError("unsupported_media_type", "Files do not travel as JSON: send it with UPLOAD, or PUT it to …/media."))],
    ["DELETE /media/:hash", (caller, [hash = ""]) => ok(media.remove(caller, hash), 204)],
    ["GET /storage/:collection", (caller, [name = ""], data) => ok(documents.list(caller, name, data))],
    ["POST /storage/:collection", (caller, [name = ""], data) => ok(documents.create(caller, name, data), 201)],
    ["GET /storage/:collection/:id", (caller, [name = "", id = ""]) => ok(documents.get(caller, name, id))],
    ["PATCH /storage/:collection/:id", (caller, [name = "", id = ""], data) => ok(documents.update(caller, name, id, data))],
    ["DELETE /storage/:collection/:id", (caller, [name = "", id = ""]) => ok(documents.remove(caller, name, id), 204)],
    ["POST /prints", (caller, _, data) => ok(prints.create(caller, data), 201)],
    ...CONNECT_METHODS.map((method): [string, Handler] => [`${method} /connect/*`, (caller, [rest = ""], data) => ok(connect(caller, method, rest, data))]),
  ]);

  return async function answer(caller: Caller, request: ProxyRequest): Promise<ProxyResponse> {
    const found = findOperation(request.method, request.endpoint);
    if (!found) throw new ApiError("unknown_operation", `There is no ${request.method} ${request.endpoint}.`);
    check(caller, found.operation);
    const operation = `${found.operation.method} ${found.operation.path}`;
    const handler = handlers.get(operation);
    if (!handler) throw new ApiError("not_available_here", `${operation} is not served by this version of the platform.`);
    usage.countCall(caller, operation);
    // The rest of a path under `*` is an address for another host: it is passed on unchanged.
    const parameters = found.operation.path.endsWith("*") ? found.parameters : found.parameters.map(decodeSegment);
    const { status, data } = await handler(caller, parameters, request.data);
    return { requestId: request.requestId, status, ...(data !== undefined && { data }) };
  };
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ApiError("bad_request", `${segment} is not percent-encoded UTF-8. Encode each segment of the endpoint by itself.`);
  }
}

/** Checks permission, principal and surface with the registry that the shell uses too. Only this check counts. */
function check(caller: Caller, { permission, least, surfaces, method, path }: Operation): void {
  if (permission && !caller.permissions.includes(permission)) {
    throw new ApiError("permission_denied", `Ask for ${permission} in the manifest and have it granted.`, { permission });
  }
  if (!isAtLeast(caller.principal, least)) throw new ApiError("principal_too_low", `${method} ${path} needs at least a ${least.replace("_", " ")}.`);
  if (!surfaces.includes(caller.surfaceKind)) throw new ApiError("surface_not_allowed", `${method} ${path} is not available on a ${caller.surfaceKind}.`);
}

export type Broker = ReturnType<typeof createBroker>;
