import type { z } from "zod";
import { ApiError } from "../http/api-error.ts";

export const encodeCursor = (value: readonly unknown[]): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Reads a cursor of a list. @throws ApiError `bad_request` when it does not fit the list's schema */
export function decodeCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.output<Schema> {
  const { success, data } = schema.safeParse(parseJson(Buffer.from(cursor, "base64url").toString("utf8")));
  if (!success) throw new ApiError("bad_request", "This cursor does not belong to this list and its order. Start from the first page.");
  return data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
