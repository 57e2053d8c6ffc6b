import { BLOB_SHAPES, MODULE_SHAPES } from "@dramac/contracts/generated/shapes";
import { findFault } from "@dramac/contracts/shape";
import type { BlobMessage, ModuleMessage } from "@dramac/contracts";

export type Parsed =
  | { readonly message: ModuleMessage | BlobMessage }
  | { readonly code: "message_too_large" | "malformed_message"; readonly detail: string; readonly requestId?: number };

const shapes = new Map(Object.entries(MODULE_SHAPES));
const blobShapes = new Map(Object.entries(BLOB_SHAPES));

/** Reads what came by port B: size before parsing, own `__proto__` keys dropped, then the schema. Never throws. */
export function parseMessage(data: unknown, maxBytes: number, maxBlobBytes: number): Parsed {
  if (typeof data !== "string") return parseBlobMessage(data, maxBlobBytes);
  if (data.length > maxBytes) return { code: "message_too_large", detail: `At most ${maxBytes} characters.` };
  let value: unknown;
  try {
    value = data.includes("__proto__") || data.includes("\\u") ? JSON.parse(data, dropPrototypes) : JSON.parse(data);
  } catch {
    return { code: "malformed_message", detail: "Not JSON." };
  }
  return check(shapes, value);
}

function parseBlobMessage(data: unknown, maxBytes: number): Parsed {
  const { blob, ...rest } = Object(data) as { blob?: unknown };
  if (!(blob instanceof Blob)) return { code: "malformed_message", detail: "Neither text nor a Blob." };
  if (blob.size > maxBytes) return { code: "message_too_large", detail: `At most ${maxBytes} bytes.` };
  const parsed = check(blobShapes, rest);
  return "message" in parsed ? { message: { ...parsed.message, blob } as BlobMessage } : parsed;
}

function check(known: typeof shapes, value: unknown): Parsed {
  const { type, requestId } = (value ?? {}) as { type?: unknown; requestId?: unknown };
  const shape = known.get(type as string);
  const fault = shape === undefined ? "/type" : findFault(shape, value);
  if (fault === undefined) return { message: value as ModuleMessage };
  const id = Number.isSafeInteger(requestId) ? { requestId: requestId as number } : {};
  return { code: "malformed_message", detail: `Wrong at ${fault}.`, ...id };
}

const dropPrototypes = (key: string, value: unknown): unknown => (key === "__proto__" ? undefined : value);
