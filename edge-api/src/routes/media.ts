import { type Context, Hono } from "hono";
import { LIMITS, MEDIA_TYPES, type MediaType } from "@dramac/contracts";
import { z } from "zod";
import type { Addresses } from "../addresses.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { readBytes } from "../http/body.ts";
import { networkOf } from "../http/client-network.ts";
import { IMMUTABLE } from "../http/cache-control.ts";
import { INERT_HEADERS } from "../http/frame-headers.ts";
import { installationOf, requireOwnOrigin } from "../http/frames-cors.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import type { ClientInfo } from "../services/audit.ts";
import { createWorkQueue } from "../media/work-queue.ts";
import type { MediaStore } from "../media/media-store.ts";
import type { AuthenticateCaller } from "../services/caller.ts";
import { findCollection, requireReach } from "../services/collection-rules.ts";
import type { Usage } from "../services/usage.ts";

const PER_MINUTE = { network: 120, installation: 1_200 };
/** Uploads that are read at the same time; each is held in memory. */
export const UPLOAD_QUEUE = { maxRunning: 24, maxRunningPerKey: 2, maxWaiting: 200 };
const READ_MS = 60_000;
/** Files that are processed at the same time, some of them decoded. One network takes half of the slots at most. */
const PROCESSING_QUEUE = { maxRunning: 4, maxRunningPerKey: 2, maxWaiting: 200 };
const QuerySchema = z.strictObject({
  collection: z.string().max(40),
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}+$/u, "a name without control characters"),
});

/** The route that takes the files which modules upload, into a collection whose rules let the caller create. */
export function mediaUploadRoutes(services: {
  addresses: Addresses;
  resolveCaller: AuthenticateCaller;
  media: MediaStore;
  usage: Pick<Usage, "countCall">;
  clientInfoOf: (context: Context) => ClientInfo;
  /** How long a file may take to arrive, in milliseconds; for tests. */
  readMs?: number;
}) {
  const { addresses, resolveCaller, media, usage, clientInfoOf, readMs = READ_MS } = services;
  const [perNetwork, perInstallation] = [createRateLimit(PER_MINUTE.network, 60), createRateLimit(PER_MINUTE.installation, 60)];
  const [queueUpload, queueProcessing] = [createWorkQueue(UPLOAD_QUEUE), createWorkQueue(PROCESSING_QUEUE)];

  async function upload(context: Context): Promise<Response> {
    const id = installationOf(context);
    requireOwnOrigin(context, addresses, id, true);
    const client = clientInfoOf(context);
    const network = networkOf(client.address);
    await perNetwork(network);
    const caller = await resolveCaller(context.req.header("authorization"), id, client);
    await perInstallation(id);
    if (Number(context.req.header("content-length") ?? 0) > LIMITS.uploadBytes) throw new ApiError("payload_too_large", `At most ${LIMITS.uploadBytes} bytes.`);
    const { collection, name } = parse(QuerySchema, context.req.query());
    const permission = "access:storage";
    if (!caller.permissions.includes(permission)) throw new ApiError("permission_denied", `Ask for ${permission} and have it granted.`, { permission });
    requireReach(findCollection(caller, collection), caller, "create", collection);
    usage.countCall(caller, "PUT /media");
    // Read before it enters the processing queue: a slow sender delays uploads of its own network only.
    const stored = await queueUpload(network, async () => {
      const bytes = await withTimeout(readMs, (signal) => readBytes(context.req.raw, LIMITS.uploadBytes, signal));
      return queueProcessing(network, () => media.put(caller, { collection, name, type: context.req.header("content-type") ?? "", bytes }));
    });
    return context.json(stored, 201, { "cache-control": "no-store" });
  }

  return new Hono().put("/api/modules/:installationId/media", upload);
}

const FILE_PATH = /^\/([0-9a-f]{64})\.([a-z]{3,4})$/;

/** Serves the media host: files by the hash of their content, and nothing else. */
export function mediaHost(media: MediaStore, notFound: () => Response) {
  /** @param url as it was sent: the path is matched undecoded */
  return async function answer(method: string, url: string): Promise<Response> {
    const [, hash, ending] = FILE_PATH.exec(url.replace(/^https?:\/\/[^/]+/, "")) ?? [];
    if (hash === undefined || (method !== "GET" && method !== "HEAD")) return notFound();
    const type = (Object.keys(MEDIA_TYPES) as MediaType[]).find((one) => MEDIA_TYPES[one] === ending);
    const file = type && (await media.find(hash, type));
    if (!file) return notFound();
    const isText = file.type.startsWith("text/");
    return new Response(file.bytes as Uint8Array<ArrayBuffer>, {
      headers: {
        ...INERT_HEADERS,
        "content-type": isText ? `${file.type}; charset=utf-8` : file.type,
        "cache-control": IMMUTABLE,
        // Anything that a browser could show as a page or run is downloaded instead.
        "content-disposition": file.type.startsWith("image/") ? "inline" : "attachment",
      },
    });
  };
}

/** @throws ApiError `timeout` when the file has not arrived in time; the rest of it is not read */
async function withTimeout<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController();
  const late = new ApiError("timeout", `The file took longer than ${ms / 1_000} s. Send it again over a faster connection.`);
  const timer = setTimeout(() => timeout.abort(late), ms);
  return work(timeout.signal).finally(() => clearTimeout(timer));
}
