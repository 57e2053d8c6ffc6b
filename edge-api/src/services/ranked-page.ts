import type { PageQuery } from "@dramac/contracts";
import { z } from "zod";
import { decodeCursor, encodeCursor } from "./cursor.ts";

/** The count and the id of the last row of a page, in a list that is sorted by count, highest first. */
const CursorSchema = z.tuple([z.string().regex(/^\d{1,18}$/), z.uuid()]);
type CursorKey = z.infer<typeof CursorSchema>;
/** Higher than any row. */
const START: CursorKey = ["999999999999999999", "ffffffff-ffff-ffff-ffff-ffffffffffff"];

/**
 * The start of a page in a list that is sorted by `(count, id)`, highest count first: rows of the page are less than this value.
 * @throws ApiError `bad_request` for an invalid cursor
 */
export function rankedStart({ cursor }: PageQuery): CursorKey {
  if (cursor === undefined) return START;
  return decodeCursor(CursorSchema, cursor);
}

/**
 * A page of a ranked list. A row whose count changes between two pages may be missing or appear twice.
 * @param rows one row more than the page holds if there is another page
 */
export function rankedPage<Row>(
  rows: readonly Row[],
  { limit }: PageQuery,
  cursorKeyOf: (row: Row) => CursorKey,
): { rows: readonly Row[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { rows: shown, next: rows.length > limit && last ? encodeCursor(cursorKeyOf(last)) : null };
}
