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
    return parseLossless(text, keepStorable, { parseNumber: finite, onDuplicateKey: refuseTwice });
  } catch (fault) {
    if (fault instanceof ApiError) throw fault;
    throw new ApiError("invalid_json", `The body is not JSON: ${(fault as Error).message}.`);
  }
}

function finite(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new SyntaxError(`the number ${text.slice(0, 20)} is too large`);
  return value;
}

function keepStorable(key: string, value: unknown): unknown {
  requireStorable(key);
  if (typeof value === "string") requireStorable(value);
  return value;
}

function refuseTwice({ key }: { key: string }): never {
  throw new SyntaxError(`the key "${key.slice(0, 80)}" is there twice`);
}

/** What no honest program sends, found in one pass before anything recurses over it. */
function refuseOddities(text: string): void {
  let depth = 0;
  for (let place = 0; place < text.length; place++) {
    const character = text[place];
    if (character === '"') place = endOfString(text, place);
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > DEEPEST) throw new ApiError("invalid_json", `The body is nested deeper than ${DEEPEST}.`);
  }
}

/** The place of the closing quote, or of the text's end. */
function endOfString(text: string, start: number): number {
  let place = start + 1;
  while (place < text.length && text[place] !== '"') place += text[place] === "\\" ? 2 : 1;
  if (place - start < 40 && /^"(?:_|\\u005f){2}proto(?:_|\\u005f){2}"$/i.test(text.slice(start, place + 1))) {
    throw new ApiError("invalid_json", "The body has a key __proto__. Leave it out.");
  }
  return place;
}
