import { z } from "zod";
import { lineOfText, paragraphs } from "../text.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";

/** `pending` until it was looked at; only what is `published` is seen by others, and counts. */
export const REVIEW_STATUSES = ["pending", "published", "hidden"] as const;

/** A review in the catalogue: never whose it is. */
export const PublishedReviewSchema = z.strictObject({
  id: z.uuid(),
  rating: z.number().int().min(1).max(5),
  title: z.string().nullable(),
  content: z.string().nullable(),
  /** The agency has or had the module. */
  isVerifiedPurchase: z.boolean(),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});
/** A review as its agency sees it. */
export const ReviewSchema = PublishedReviewSchema.extend({ moduleId: z.uuid(), status: z.enum(REVIEW_STATUSES) });
/** A review as the platform sees it. */
export const PlatformReviewSchema = ReviewSchema.extend({ agencyId: z.uuid() });

/** All of a review at once: what is left out is left empty. */
export const ReviewWriteSchema = z.strictObject({
  rating: z.number().int().min(1).max(5),
  title: lineOfText(120).nullable().default(null),
  content: paragraphs(4_000).nullable().default(null),
});
export const PlatformReviewQuerySchema = PageQuerySchema.extend({ status: z.enum(REVIEW_STATUSES).optional(), moduleId: z.uuid().optional() });
export const ReviewStatusSchema = z.strictObject({ status: z.enum(REVIEW_STATUSES), reason: lineOfText(500).optional() });
