import { z } from "zod";
import type { PageQuery } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";

/** Microseconds since 1970, up to the largest exact number, and an id. */
const CursorSchema = z.tuple([z.string().regex(/^\d{1,15}$|^[1-8]\d{15}$/), z.uuid()]);
/** Later than any row. */
const START = ["8999999999999999", "ffffffff-ffff-ffff-ffff-ffffffffffff"] as const;

/** The time of a row in microseconds, as a cursor needs it; a `Date` has only milliseconds. */
export const cursorKey = (tx: Tx, column: string) => tx`(extract(epoch from ${tx(column)}) * 1000000)::bigint::text as "cursorKey"`;

/**
 * The start of a page in a list that is sorted by `(time, id)`, newest first: rows of the page are less than this value.
 * @throws ApiError `bad_request` for an invalid cursor
 */
export function pageStart(tx: Tx, query: PageQuery) {
  const [at, id] = query.cursor === undefined ? START : decodeCursor(CursorSchema, query.cursor);
  return tx`(timestamptz 'epoch' + ${at}::text::float8 * interval '1 microsecond', ${id}::text::uuid)`;
}

/**
 * A page of a list, for keyset paging: every page costs the same.
 * @param rows one row more than the page holds if there is another page, each with its `cursorKey`
 */
export function pageFrom(rows: readonly Record<string, unknown>[], { limit }: PageQuery): { items: Record<string, unknown>[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? encodeCursor([last.cursorKey, last.id]) : null;
  return { items: shown.map(({ cursorKey: _, ...item }) => item), next };
}
