import type { RequestBoardQuery } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { pageFrom, pageStart, cursorKey } from "../../services/keyset-page.ts";
import { rankedPage, rankedStart } from "../../services/ranked-page.ts";
import type { publicColumns } from "./columns.ts";

type Part = ReturnType<typeof publicColumns>;

/** Lists requests, newest first or with the most votes first. */
export async function listRequests(tx: Tx, columns: Part, conditions: Part, query: RequestBoardQuery) {
  const matching = tx`${conditions} and ${query.status === undefined ? tx`true` : tx`r.status = ${query.status}`}`;
  if (query.order === "newest") {
    const rows = await tx`select ${columns}, ${cursorKey(tx, "r.submitted_at")} from module_requests r
      where ${matching} and (r.submitted_at, r.id) < ${pageStart(tx, query)} order by r.submitted_at desc, r.id desc limit ${query.limit + 1}`;
    return pageFrom(rows, query);
  }
  const [votes, id] = rankedStart(query);
  const rows = await tx`select ${columns} from module_requests r
    where ${matching} and (r.upvotes, r.id) < (${votes}::text::bigint, ${id}::text::uuid) order by r.upvotes desc, r.id desc limit ${query.limit + 1}`;
  const page = rankedPage(rows, query, (row) => [String(row.upvotes), row.id as string]);
  return { items: page.rows, next: page.next };
}
