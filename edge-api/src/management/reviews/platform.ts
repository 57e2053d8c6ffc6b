import { pageOf, PlatformReviewQuerySchema, PlatformReviewSchema, ReviewStatusSchema } from "@dramac/contracts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { pageFrom, pageStart, cursorKey } from "../../services/keyset-page.ts";
import { missing } from "../../services/missing.ts";
import { platformColumns } from "./columns.ts";

/** The platform publishes and hides reviews. */
export const platformReviewOperations = [
  operation({
    id: "platform-review.list",
    method: "GET",
    path: "/api/admin/reviews",
    summary: "All reviews, newest first; with status=pending those that wait for a decision.",
    minimumRole: "super_admin",
    query: PlatformReviewQuerySchema,
    answer: pageOf(PlatformReviewSchema),
    async run({ tx, query }) {
      const { status, moduleId } = query;
      const rows = await tx`select ${platformColumns(tx)}, ${cursorKey(tx, "r.created_at")} from module_reviews r
        where ${status === undefined ? tx`true` : tx`r.status = ${status}`} and ${moduleId === undefined ? tx`true` : tx`r.module_id = ${moduleId}`}
          and (r.created_at, r.id) < ${pageStart(tx, query)} order by r.created_at desc, r.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "platform-review.set-status",
    method: "PUT",
    path: "/api/admin/reviews/{reviewId}/status",
    summary: "Publishes or hides a review. Only published reviews count in the module's rating.",
    minimumRole: "super_admin",
    body: ReviewStatusSchema,
    answer: PlatformReviewSchema,
    async run({ tx, ids, body: { status, reason }, record }) {
      const [found] = await tx`select status, agency_id from module_reviews where id = ${ids.reviewId} for update`;
      if (!found) throw missing();
      if (found.status === status) throw new ApiError("conflict", `This review is ${status} already.`);
      await tx`update module_reviews set status = ${status} where id = ${ids.reviewId}`;
      record({
        subject: "review",
        id: ids.reviewId,
        agencyId: found.agency_id as string,
        before: { status: found.status as string },
        after: { status },
        reason,
      });
      return (await tx`select ${platformColumns(tx)} from module_reviews r where r.id = ${ids.reviewId}`)[0];
    },
  }),
];
