import type { Context } from "hono";
import { parse as parseLossless } from "lossless-json";
import { ApiError } from "./api-error.ts";
import { readTyped, requireStorable } from "./body.ts";

const DEEPEST = 32;

/**
 * Reads JSON from programs that must mean what they send: a key that is there twice, or values nested
 * deeper than 32, are refused instead of being guessed at.
 * @throws ApiError `invalid_json` with the place, `unsupported_media_type`, `payload_too_large`
 */
export async function readStrictJson(context: Context, maxBytes: number): Promise<unknown> {
  const text = await readTyped(context, maxBytes, ["application/json"]);
  refuseOddities(text);
  try {
    return parseLossless(text, keepStorable, { parseNumber: Number, onDuplicateKey: refuseTwice });
  } catch (fault) {
    if (fault instanceof ApiError) throw fault;
    throw new ApiError("invalid_json", `The body is not JSON: ${(fault as Error).message}.`);
  }
}

function keepStorable(key: string, value: unknown): unknown {
  requireStorable(key);
  if (typeof value === "string") requireStorable(value);
  return value;
}

function refuseTwice({ key }: { key: string }): never {
  throw new SyntaxError(`the key "${key.slice(0, 80)}" is there twice`);
}

/** What no honest program sends, found before anything recurses over it. */
function refuseOddities(text: string): void {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === "[" || token === "{") depth++;
    else if (token === "]" || token === "}") depth--;
    else if (/^"(?:_|\\u005f){2}proto(?:_|\\u005f){2}"$/i.test(token)) throw new ApiError("invalid_json", "The body has a key __proto__. Leave it out.");
    if (depth > DEEPEST) throw new ApiError("invalid_json", `The body is nested deeper than ${DEEPEST}.`);
  }
}
