import { BLOB_SHAPES, MODULE_SHAPES } from "@dramac/contracts/generated/shapes";
import { findInvalidPath, type MessageShapes } from "@dramac/contracts/shape";
import type { BlobMessage, ErrorCode, Limits, ModuleMessage } from "@dramac/contracts";

/** A message that fits its schema, or why there is none; a bad one's `requestId` is whatever was sent, only good to be sent back. */
export type Parsed =
  | { readonly message: ModuleMessage | BlobMessage; readonly code?: never }
  | { readonly code: ErrorCode; readonly detail: string; readonly requestId?: number | undefined };

const MAX_DETAIL_LENGTH = 200;

/** Reads what came by port B: size before parsing, own `__proto__` keys dropped, then the schema. Never throws. */
export function parseMessage(data: unknown, { messageBytes, uploadBytes }: Limits): Parsed {
  if (typeof data === "string") {
    if (data.length > messageBytes) return tooLarge(messageBytes);
    try {
      return check(MODULE_SHAPES, JSON.parse(data, /__proto__|\\u/.test(data) ? dropPrototypes : undefined));
    } catch {
      return malformed("Neither JSON nor a Blob.");
    }
  }
  const blob = (data as { blob?: unknown } | null)?.blob;
  if (!(blob instanceof Blob)) return malformed("Neither JSON nor a Blob.");
  if (blob.size > uploadBytes) return tooLarge(uploadBytes);
  const { blob: _, ...fields } = data as { blob: Blob };
  const parsed = check(BLOB_SHAPES, fields);
  return parsed.code ? parsed : { message: { ...parsed.message, blob } as BlobMessage };
}

function check(shapes: MessageShapes, value: unknown): Parsed {
  const error = findInvalidPath(shapes, value);
  return error ? malformed(`Wrong at ${error}.`, (value as { requestId?: unknown } | null)?.requestId) : { message: value as ModuleMessage };
}

const tooLarge = (most: number): Parsed => ({ code: "message_too_large", detail: `At most ${most} bytes.` });

const malformed = (detail: string, requestId?: unknown): Parsed => ({
  code: "malformed_message",
  detail: detail.slice(0, MAX_DETAIL_LENGTH),
  requestId: requestId as number | undefined,
});

const dropPrototypes = (key: string, value: unknown): unknown => (key === "__proto__" ? undefined : value);
