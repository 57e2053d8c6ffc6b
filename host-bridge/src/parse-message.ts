import { BLOB_SHAPES, MODULE_SHAPES } from "@dramac/contracts/generated/shapes";
import { findInvalidPath, type MessageShapes } from "@dramac/contracts/shape";
import type { BlobMessage, ErrorCode, Limits, ModuleMessage } from "@dramac/contracts";

/** A valid message, or the reason why it is invalid. The `requestId` of an invalid message is unchecked; use it only in the answer. */
export type Parsed =
  | { readonly message: ModuleMessage | BlobMessage; readonly code?: never; readonly detail?: never; readonly requestId?: never }
  | { readonly message?: never; readonly code: ErrorCode; readonly detail: string; readonly requestId?: number | undefined };

const MAX_DETAIL_LENGTH = 200;

/** Parses a message of port B. Checks the size first, drops own `__proto__` keys, then checks the schema. Never throws. */
export function parseMessage(data: unknown, { messageBytes, uploadBytes }: Limits): Parsed {
  try {
    if (typeof data === "string") {
      if (data.length > messageBytes) return tooLarge(messageBytes);
      return check(MODULE_SHAPES, JSON.parse(data, /__proto__|\\u/.test(data) ? dropPrototypes : undefined));
    }
    const message = data as BlobMessage;
    if (message.blob instanceof Blob) {
      const { blob, ...fields } = message;
      if (blob.size > uploadBytes) return tooLarge(uploadBytes);
      const parsed = check(BLOB_SHAPES, fields);
      return parsed.code ? parsed : { message };
    }
  } catch {}
  return malformed("Neither JSON nor a Blob.");
}

function check(shapes: MessageShapes, value: unknown): Parsed {
  const path = findInvalidPath(shapes, value);
  return path ? malformed(`Wrong at ${path}.`, (value as { requestId?: unknown } | null)?.requestId) : { message: value as ModuleMessage };
}

const tooLarge = (max: number): Parsed => ({ code: "message_too_large", detail: `At most ${max} bytes.` });

const malformed = (detail: string, requestId?: unknown): Parsed => ({
  code: "malformed_message",
  detail: detail.slice(0, MAX_DETAIL_LENGTH),
  requestId: requestId as number | undefined,
});

const dropPrototypes = (key: string, value: unknown): unknown => (key === "__proto__" ? undefined : value);
