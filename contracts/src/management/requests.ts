import { z } from "zod";
import { INSTALL_LEVELS } from "../install-level.ts";
import { lineOfText, paragraphs } from "../text.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";

export const REQUEST_STATUSES = ["submitted", "reviewing", "approved", "in_progress", "completed", "rejected"] as const;
export type RequestStatus = (typeof REQUEST_STATUSES)[number];

/** The next states of a request, by its state. The database enforces them, too. */
export const REQUEST_STATUS_CHANGES: Readonly<Record<RequestStatus, readonly RequestStatus[]>> = {
  submitted: ["reviewing", "rejected"],
  reviewing: ["approved", "rejected"],
  approved: ["in_progress", "rejected"],
  in_progress: ["completed", "rejected"],
  completed: [],
  rejected: ["reviewing"],
};
/** States in which agencies may vote. */
export const OPEN_REQUEST_STATUSES: readonly RequestStatus[] = ["submitted", "reviewing", "approved", "in_progress"];

/** The facts about a request that every agency may read; never its author or its budget. */
const Public = {
  id: z.uuid(),
  title: z.string(),
  description: z.string(),
  suggestedInstallLevel: z.enum(INSTALL_LEVELS),
  suggestedCategory: z.string().nullable(),
  status: z.enum(REQUEST_STATUSES),
  upvotes: z.number(),
  resultingModuleId: z.uuid().nullable(),
  submittedAt: InstantSchema,
  updatedAt: InstantSchema,
  completedAt: InstantSchema.nullable(),
};
const Private = {
  useCase: z.string().nullable(),
  targetAudience: z.string().nullable(),
  priority: z.enum(["low", "normal", "high", "urgent"]),
  budgetRange: z.string().nullable(),
  willingToFund: z.boolean(),
};

/** A request as all agencies see it. */
export const RequestOnBoardSchema = z.strictObject({ ...Public, isOwn: z.boolean(), hasVoted: z.boolean() });
/** A request as its own agency sees it. */
export const RequestSchema = z.strictObject({ ...Public, ...Private });
/** A request as the platform sees it. */
export const PlatformRequestSchema = RequestSchema.extend({ agencyId: z.uuid(), adminNotes: z.string().nullable(), assignedTo: z.uuid().nullable() });

const Category = z
  .string()
  .max(40)
  .regex(/^[a-z][a-z0-9-]*$/, "a lower-case word");
const Facts = {
  title: lineOfText(120),
  description: paragraphs(4_000),
  useCase: paragraphs(2_000).nullable(),
  targetAudience: lineOfText(200).nullable(),
  suggestedInstallLevel: z.enum(INSTALL_LEVELS),
  suggestedCategory: Category.nullable(),
  priority: Private.priority,
  budgetRange: lineOfText(60).nullable(),
  willingToFund: z.boolean(),
};
export const RequestCreateSchema = z.strictObject({
  ...Facts,
  useCase: Facts.useCase.default(null),
  targetAudience: Facts.targetAudience.default(null),
  suggestedInstallLevel: Facts.suggestedInstallLevel.default("client"),
  suggestedCategory: Facts.suggestedCategory.default(null),
  priority: Facts.priority.default("normal"),
  budgetRange: Facts.budgetRange.default(null),
  willingToFund: Facts.willingToFund.default(false),
});
export const RequestChangeSchema = z.strictObject(Facts).partial();

export const RequestQuerySchema = PageQuerySchema.extend({ status: z.enum(REQUEST_STATUSES).optional() });
export const RequestBoardQuerySchema = RequestQuerySchema.extend({
  /** Newest first, or most wanted first. */
  order: z.enum(["newest", "votes"]).default("newest"),
});
export type RequestBoardQuery = z.infer<typeof RequestBoardQuerySchema>;

/** The platform's internal facts about a request. */
export const PlatformRequestChangeSchema = z.strictObject({ adminNotes: paragraphs(4_000).nullable(), assignedTo: z.uuid().nullable() }).partial();
export const RequestStatusSchema = z
  .strictObject({
    status: z.enum(REQUEST_STATUSES),
    /** The resulting module: required for `completed`, and forbidden otherwise. */
    resultingModuleId: z.uuid().optional(),
    reason: lineOfText(500).optional(),
  })
  .refine(({ status, resultingModuleId }) => (status === "completed") === (resultingModuleId !== undefined), {
    message: "is required for a completed request, and forbidden for any other",
    path: ["resultingModuleId"],
  });
