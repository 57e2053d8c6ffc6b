import { type Context, Hono } from "hono";
import { LIMITS, MEDIA_TYPES, type MediaType } from "@dramac/contracts";
import { z } from "zod";
import type { Addresses } from "../addresses.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { readBytes } from "../http/body.ts";
import { networkOf } from "../http/client-network.ts";
import { IMMUTABLE, INERT_HEADERS } from "../http/frame-headers.ts";
import { installationOf, requireOwnOrigin } from "../http/frames-cors.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import type { ClientInfo } from "../services/audit.ts";
import { createWorkQueue } from "../media/work-queue.ts";
import type { MediaStore } from "../media/media-store.ts";
import type { AuthenticateCaller } from "../services/caller.ts";
import { findCollection, requireReach } from "../services/collection-rules.ts";
import type { Usage } from "../services/usage.ts";

const PER_MINUTE = { network: 120, installation: 1_200 };
/** Files in work are in memory, some of them decoded. One network takes half of the places at most. */
export const UPLOAD_QUEUE = { maxRunning: 24, maxRunningPerKey: 2, maxWaiting: 200 };
const READ_MS = 60_000;
const PROCESSING_QUEUE = { maxRunning: 4, maxRunningPerKey: 2, maxWaiting: 200 };
const QuerySchema = z.strictObject({
  collection: z.string().max(40),
  name: z
    .string()
    .min(1)
    .max(200)
    .regex(/^\P{Cc}+$/u, "a name without control characters"),
});

/** Where shells send the files that modules upload: into a collection whose rules let the caller create. */
export function mediaUploadRoutes(services: {
  addresses: Addresses;
  resolveCaller: AuthenticateCaller;
  media: MediaStore;
  usage: Pick<Usage, "countCall">;
  clientInfoOf: (context: Context) => ClientInfo;
  /** How long a file may take to arrive; for tests. */
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
    const permission = "access:storage";
    if (!caller.permissions.includes(permission)) throw new ApiError("permission_denied", `Ask for ${permission} and have it granted.`, { permission });
    const { collection, name } = parse(QuerySchema, context.req.query());
    requireReach(findCollection(caller, collection), caller, "create", collection);
    if (Number(context.req.header("content-length") ?? 0) > LIMITS.uploadBytes) throw new ApiError("payload_too_large", `At most ${LIMITS.uploadBytes} bytes.`);
    usage.countCall(caller, "PUT /media");
    // Read before a place is taken: whoever sends slowly keeps nobody waiting but those of the same network.
    const stored = await queueUpload(network, async () => {
      const bytes = await withTimeout(readMs, (signal) => readBytes(context.req.raw, LIMITS.uploadBytes, signal));
      return queueProcessing(network, () => media.put(caller, { collection, name, type: context.req.header("content-type") ?? "", bytes }));
    });
    return context.json(stored, 201, { "cache-control": "no-store" });
  }

  return new Hono().put("/api/modules/:installationId/media", upload);
}

const FILE_PATH = /^\/([0-9a-f]{64})\.([a-z]{3,4})$/;

/** What the media host answers: files by the hash of what they hold, and nothing else. */
export function mediaHost(media: MediaStore, notFound: () => Response) {
  /** @param url as it came: the path is matched raw */
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
        // What could be a page, a script or a program in somebody's eyes is saved, and not shown.
        "content-disposition": file.type.startsWith("image/") ? "inline" : "attachment",
      },
    });
  };
}

/** @throws ApiError `timeout` for what has not arrived by then: nothing more of it is read */
async function withTimeout<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const timeout = new AbortController();
  const late = new ApiError("timeout", `The file took longer than ${ms / 1_000} s. Send it again over a better line.`);
  const timer = setTimeout(() => timeout.abort(late), ms);
  return work(timeout.signal).finally(() => clearTimeout(timer));
}
