import { z } from "zod";
import { lineOfText, paragraphs } from "../text.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";

/** A review is `pending` until the platform decides; only `published` reviews are visible to others and count. */
export const REVIEW_STATUSES = ["pending", "published", "hidden"] as const;

/** A review in the catalogue, without its author. */
export const PublishedReviewSchema = z.strictObject({
  id: z.uuid(),
  rating: z.number().int().min(1).max(5),
  title: z.string().nullable(),
  content: z.string().nullable(),
  /** Whether the agency has or had a subscription to the module. */
  isVerifiedPurchase: z.boolean(),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});
/** A review as its agency sees it. */
export const ReviewSchema = PublishedReviewSchema.extend({ moduleId: z.uuid(), status: z.enum(REVIEW_STATUSES) });
/** A review as the platform sees it. */
export const PlatformReviewSchema = ReviewSchema.extend({ agencyId: z.uuid() });

/** A whole review: fields that are left out become empty. */
export const ReviewWriteSchema = z.strictObject({
  rating: z.number().int().min(1).max(5),
  title: lineOfText(120).nullable().default(null),
  content: paragraphs(4_000).nullable().default(null),
});
export const PlatformReviewQuerySchema = PageQuerySchema.extend({ status: z.enum(REVIEW_STATUSES).optional(), moduleId: z.uuid().optional() });
export const ReviewStatusSchema = z.strictObject({ status: z.enum(REVIEW_STATUSES), reason: lineOfText(500).optional() });
