import { MEDIA_LIMITS, type MediaType } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";

/** An image that must be re-encoded, or a file that is stored as it is. */
export type SniffedType = { readonly kind: "image" } | { readonly kind: "file"; readonly type: MediaType };

const IMAGE: readonly ((bytes: Buffer) => boolean)[] = [
  (bytes) => bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff])),
  (bytes) => bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])),
  (bytes) => bytes.subarray(0, 4).toString("latin1") === "RIFF" && bytes.subarray(8, 12).toString("latin1") === "WEBP",
  (bytes) => /^GIF8[79]a$/.test(bytes.subarray(0, 6).toString("latin1")),
];
const TEXTS = ["application/json", "text/csv", "text/plain"] as const;

/**
 * Determines the type of a file from its content. The declared type only decides between text formats, which look alike.
 * @throws ApiError `unsupported_media_type`, `payload_too_large`
 */
export function sniffType(bytes: Buffer, declaredType: string): SniffedType {
  if (IMAGE.some((isOne) => isOne(bytes))) return { kind: "image" };
  const type = declaredType.split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "application/pdf" && bytes.subarray(0, 5).toString("latin1") === "%PDF-") return { kind: "file", type };
  const text = TEXTS.find((one) => one === type);
  if (text && isText(bytes) && (text !== "application/json" || isJson(bytes))) return { kind: "file", type: text };
  throw new ApiError("unsupported_media_type", "Send a JPEG, PNG, WebP or GIF image, a PDF, JSON, CSV or plain text in UTF-8, with its Content-Type.");
}

function isText(bytes: Buffer): boolean {
  try {
    // Control characters do not occur in text, except tabs and line ends.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the check is for control characters
    return !/[\0-\x08\x0e-\x1f\x7f]/.test(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return false;
  }
}

function isJson(bytes: Buffer): boolean {
  if (bytes.length > MEDIA_LIMITS.jsonBytes) throw new ApiError("payload_too_large", `JSON of at most ${MEDIA_LIMITS.jsonBytes} bytes.`);
  try {
    JSON.parse(bytes.toString("utf8"));
    return true;
  } catch {
    return false;
  }
}
