import { z } from "zod";
import type { PageQuery } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";

/** Microseconds since 1970, as far as a number is exact, and an id. */
const CursorSchema = z.tuple([z.string().regex(/^\d{1,15}$|^[1-8]\d{15}$/), z.uuid()]);
/** Later than anything. */
const START = ["8999999999999999", "ffffffff-ffff-ffff-ffff-ffffffffffff"] as const;

/** The moment of a row in the full precision that a cursor needs; a `Date` would lose PostgreSQL's microseconds. */
export const cursorKey = (tx: Tx, column: string) => tx`(extract(epoch from ${tx(column)}) * 1000000)::bigint::text as "cursorKey"`;

/**
 * Where a page begins, to compare `(moment, id)` with: what is less comes after it, newest first.
 * @throws ApiError `bad_request` for a cursor that is none of ours
 */
export function pageStart(tx: Tx, query: PageQuery) {
  const [at, id] = query.cursor === undefined ? START : readCursor(query.cursor);
  return tx`(timestamptz 'epoch' + ${at}::text::float8 * interval '1 microsecond', ${id}::text::uuid)`;
}

function readCursor(cursor: string): readonly [at: string, id: string] {
  try {
    return CursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
  } catch {
    throw new ApiError("bad_request", "This cursor is none of ours. Begin again without one.");
  }
}

/**
 * A page out of one row more than it holds; each row carries its own `cursorKey`.
 * Keyset paging: a page costs the same wherever it stands.
 */
export function pageFrom(rows: readonly Record<string, unknown>[], { limit }: PageQuery): { items: Record<string, unknown>[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? Buffer.from(JSON.stringify([last.cursorKey, last.id])).toString("base64url") : null;
  return { items: shown.map(({ cursorKey: _, ...item }) => item), next };
}
