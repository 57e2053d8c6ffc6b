import { z } from "zod";
import type { PageQuery } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";

const CursorSchema = z.tuple([z.string().max(40), z.uuid()]);
/** Later than anything. */
const START = ["infinity", "ffffffff-ffff-ffff-ffff-ffffffffffff"] as const;

/**
 * Where a page begins, to compare `(moment, id)` with: what is less comes after it, newest first.
 * A text on the way: a `Date` would lose PostgreSQL's microseconds.
 * @throws ApiError `bad_request` for a cursor that is none of ours
 */
export function pageStart(tx: Tx, query: PageQuery) {
  const [at, id] = query.cursor === undefined ? START : readCursor(query.cursor);
  return tx`(${at}::text::timestamptz, ${id}::text::uuid)`;
}

function readCursor(cursor: string): readonly [at: string, id: string] {
  try {
    const [at, id] = CursorSchema.parse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
    if (Number.isNaN(Date.parse(at))) throw new Error("no moment");
    return [at, id];
  } catch {
    throw new ApiError("bad_request", "This cursor is none of ours. Begin again without one.");
  }
}

/**
 * A page out of one row more than it holds; each row carries its own `place`, the moment in full precision.
 * Keyset paging: a page costs the same wherever it stands.
 */
export function pageFrom(rows: readonly Record<string, unknown>[], { limit }: PageQuery): { items: Record<string, unknown>[]; next: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const next = rows.length > limit && last ? Buffer.from(JSON.stringify([last.place, last.id])).toString("base64url") : null;
  return { items: shown.map(({ place: _, ...item }) => item), next };
}
