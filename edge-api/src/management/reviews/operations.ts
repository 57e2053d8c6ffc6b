import { PageQuerySchema, pageOf, PublishedReviewSchema, ReviewSchema, ReviewWriteSchema } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { pageFrom, pageStart, cursorKey } from "../../services/keyset-page.ts";
import { missing } from "../../services/missing.ts";
import { ownColumns, publicColumns } from "./columns.ts";

const get = async (tx: Tx, agencyId: string, moduleId: string) =>
  (await tx`select ${ownColumns(tx)} from module_reviews r where r.module_id = ${moduleId} and r.agency_id = ${agencyId}`)[0];

/** Reviews of modules: one for each agency and module. Others see a review once the platform has published it. */
export const reviewOperations = [
  operation({
    id: "review.browse",
    method: "GET",
    path: "/api/agencies/{agencyId}/modules/{moduleId}/reviews",
    summary: "The published reviews of a module, newest first, without their authors.",
    minimumRole: "agency_member",
    crossesTenants: true,
    query: PageQuerySchema,
    answer: pageOf(PublishedReviewSchema),
    async run({ tx, ids, query }) {
      await requireOffered(tx, ids.moduleId);
      const rows = await tx`select ${publicColumns(tx)}, ${cursorKey(tx, "r.created_at")} from module_reviews r
        where r.module_id = ${ids.moduleId} and r.status = 'published' and (r.created_at, r.id) < ${pageStart(tx, query)}
        order by r.created_at desc, r.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "review.get",
    method: "GET",
    path: "/api/agencies/{agencyId}/modules/{moduleId}/review",
    summary: "The agency's own review, in any state.",
    minimumRole: "agency_member",
    answer: ReviewSchema,
    async run({ tx, agencyId, ids }) {
      const found = await get(tx, agencyId, ids.moduleId);
      if (!found) throw missing();
      return found;
    },
  }),
  operation({
    id: "review.write",
    method: "PUT",
    path: "/api/agencies/{agencyId}/modules/{moduleId}/review",
    summary: "Creates or replaces the agency's review of a module. Others see it once the platform has published it.",
    minimumRole: "agency_admin",
    body: ReviewWriteSchema,
    answer: ReviewSchema,
    async run({ tx, agencyId, ids, body: { rating, title, content }, record }) {
      await requireOffered(tx, ids.moduleId);
      await tx`select from module_reviews where module_id = ${ids.moduleId} and agency_id = ${agencyId} for update`;
      const before = await get(tx, agencyId, ids.moduleId);
      await tx`insert into module_reviews (module_id, agency_id, rating, title, content) values (${ids.moduleId}, ${agencyId}, ${rating}, ${title}, ${content})
        on conflict (module_id, agency_id) do update set rating = excluded.rating, title = excluded.title, content = excluded.content`;
      const after = await get(tx, agencyId, ids.moduleId);
      record({ subject: "review", id: after?.id as string, before, after });
      return after;
    },
  }),
  operation({
    id: "review.delete",
    method: "DELETE",
    path: "/api/agencies/{agencyId}/modules/{moduleId}/review",
    summary: "Deletes the agency's review; it no longer counts.",
    minimumRole: "agency_admin",
    answer: ReviewSchema,
    async run({ tx, agencyId, ids, record }) {
      const [before] = await tx`delete from module_reviews r where r.module_id = ${ids.moduleId} and r.agency_id = ${agencyId} returning ${ownColumns(tx)}`;
      if (!before) throw missing();
      record({ subject: "review", id: before.id as string, before });
      return before;
    },
  }),
];

/** @throws ApiError `not_found` for a module that the catalogue does not show */
async function requireOffered(tx: Tx, moduleId: string): Promise<void> {
  const [module] = await tx`select from modules where id = ${moduleId} and status in ('active', 'deprecated') and killed_at is null`;
  if (!module) throw new ApiError("not_found", "There is no such module to review.");
}
