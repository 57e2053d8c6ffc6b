import type { PageQuery } from "@dramac/contracts";
import { z } from "zod";
import { ApiError } from "../http/api-error.ts";

/** How many, and an id: where a list ends that begins with the most. */
const CursorSchema = z.tuple([z.string().regex(/^\d{1,18}$/), z.uuid()]);
type CursorKey = z.infer<typeof CursorSchema>;
/** More than anything. */
const START: CursorKey = ["999999999999999999", "ffffffff-ffff-ffff-ffff-ffffffffffff"];

/**
 * Where a page of a list begins that has the most first, to compare `(count, id)` with: what is less comes after it.
 * @throws ApiError `bad_request` for a cursor that is none of ours
 */
export function rankedStart({ cursor }: PageQuery): CursorKey {
  if (cursor === undefined) return START;
  try {
    return CursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
  } catch {
    throw new ApiError("bad_request", "This cursor is none of ours. Begin again without one.");
  }
}

/** A page out of one row more than it holds; counts that change meanwhile may move a row to a page that was read, or back. */
export function rankedPage<Row>(
  rows: readonly Row[],
  { limit }: PageQuery,
  cursorKeyOf: (row: Row) => CursorKey,
): { rows: readonly Row[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last ? Buffer.from(JSON.stringify(cursorKeyOf(last))).toString("base64url") : null };
}
