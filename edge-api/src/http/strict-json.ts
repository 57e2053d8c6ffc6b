import type { Context } from "hono";
import { parse as parseLossless } from "lossless-json";
import { ApiError } from "./api-error.ts";
import { readTyped, requireStorable } from "./body.ts";

const MAX_DEPTH = 32;

/**
 * Reads JSON strictly: duplicate keys, `__proto__`, numbers that are too large and nesting deeper than 32 are errors.
 * @throws ApiError `invalid_json`, `unsupported_media_type`, `payload_too_large`
 */
export async function readStrictJson(context: Context, maxBytes: number): Promise<unknown> {
  const text = await readTyped(context, maxBytes, ["application/json"]);
  rejectUnsafeJson(text);
  try {
    return parseLossless(text, requireStorableValue, { parseNumber: parseFinite, onDuplicateKey: rejectDuplicateKey });
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError("invalid_json", `The body is not JSON: ${(error as Error).message}.`);
  }
}

function parseFinite(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new SyntaxError(`the number ${text.slice(0, 20)} is too large`);
  return value;
}

function requireStorableValue(key: string, value: unknown): unknown {
  requireStorable(key);
  if (typeof value === "string") requireStorable(value);
  return value;
}

function rejectDuplicateKey({ key }: { key: string }): never {
  throw new SyntaxError(`the key "${key.slice(0, 80)}" occurs twice`);
}

/** Finds deep nesting and `__proto__` in one pass, before the parser recurses over the text. */
function rejectUnsafeJson(text: string): void {
  let depth = 0;
  for (let position = 0; position < text.length; position++) {
    const character = text[position];
    if (character === '"') position = endOfString(text, position);
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if (depth > MAX_DEPTH) throw new ApiError("invalid_json", `The body is nested deeper than ${MAX_DEPTH}.`);
  }
}

/** @returns the index of the closing quote, or the length of the text */
function endOfString(text: string, start: number): number {
  let position = start + 1;
  while (position < text.length && text[position] !== '"') position += text[position] === "\\" ? 2 : 1;
  if (position - start < 40 && /^"(?:_|\\u005f){2}proto(?:_|\\u005f){2}"$/i.test(text.slice(start, position + 1))) {
    throw new ApiError("invalid_json", "The body has a key __proto__. Remove it.");
  }
  return position;
}
