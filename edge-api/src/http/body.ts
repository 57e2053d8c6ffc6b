import type { Context } from "hono";
import { ApiError } from "./api-error.ts";

/**
 * Reads a JSON body of at most `maxBytes`, counted while it arrives.
 * @param types accepted media types; beacons can send text/plain only
 */
export async function readJson(context: Context, maxBytes: number, types: readonly string[] = ["application/json"]): Promise<unknown> {
  const text = await readTyped(context, maxBytes, types);
  try {
    return JSON.parse(text, (key, value: unknown) => {
      requireStorable(key);
      if (typeof value === "string") requireStorable(value);
      return key === "__proto__" ? undefined : value;
    });
  } catch (error) {
    throw error instanceof ApiError ? error : new ApiError("invalid_json", "The body is not JSON.");
  }
}

/** Rejects NUL and unpaired surrogates, which PostgreSQL cannot store. @throws ApiError `invalid_json` */
export function requireStorable(text: string): void {
  if (/[\0\p{Cs}]/u.test(text)) throw new ApiError("invalid_json", "A text of the body contains a NUL or an unpaired surrogate. Remove it.");
}

/** Reads a body of one of the types as text. @throws ApiError `unsupported_media_type`, `payload_too_large`, `bad_request` */
export async function readTyped(context: Context, maxBytes: number, types: readonly string[]): Promise<string> {
  const type = (context.req.header("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (!types.includes(type)) throw new ApiError("unsupported_media_type", `Send ${types.join(" or ")}.`);
  return (await readBytes(context.req.raw, maxBytes)).toString("utf8");
}

/**
 * Reads a body of at most `maxBytes`, counted while it arrives.
 * @param signal stops reading and discards what has arrived
 * @throws ApiError `payload_too_large`, `bad_request`; the signal's reason
 */
export async function readBytes(request: Request, maxBytes: number, signal?: AbortSignal): Promise<Buffer> {
  const tooLarge = () => new ApiError("payload_too_large", `At most ${maxBytes} bytes.`);
  const broken = () => new ApiError("bad_request", "The connection closed before the whole body arrived. Send it again.");
  const announced = request.headers.get("content-length");
  if (Number(announced ?? 0) > maxBytes) throw tooLarge();
  // HTTP delivers at most the announced length, so it need not be counted; this takes a fraction of the time.
  if (announced !== null && !signal)
    return Buffer.from(
      await request.arrayBuffer().catch(() => {
        throw broken();
      }),
    );
  const reader = request.body?.getReader();
  const stop = (): void => void reader?.cancel().catch(() => undefined);
  signal?.addEventListener("abort", stop);
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
      size += part.value.length;
      if (size > maxBytes) throw tooLarge();
      chunks.push(part.value);
    }
    signal?.throwIfAborted();
    return Buffer.concat(chunks);
  } catch (error) {
    stop();
    throw error instanceof ApiError ? error : broken();
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
