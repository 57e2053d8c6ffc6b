import { z } from "zod";
import { InstantSchema, PageQuerySchema } from "./page.ts";

/** Days in UTC, both included: `2026-03-01`. */
const Range = {
  /** 27 days before `to` unless given, or the day before it in hours. */
  from: z.iso.date().optional(),
  /** Today unless given. */
  to: z.iso.date().optional(),
};

export const USAGE_STEPS = ["day", "hour"] as const;
export type UsageStep = (typeof USAGE_STEPS)[number];
export const UsageQuerySchema = z.strictObject({ ...Range, step: z.enum(USAGE_STEPS).default("day") });
export const UsageRankingQuerySchema = PageQuerySchema.extend(Range);
export type UsageRankingQuery = z.infer<typeof UsageRankingQuerySchema>;

const Milliseconds = z.number().int().min(0);

/** What happened, counted. */
export const UsageFiguresSchema = z.strictObject({
  loads: z.number(),
  actions: z.number(),
  errors: z.number(),
  apiCalls: z.number(),
  /** Errors per load: a module that fails twice in each has 2. `null` where nothing was loaded. */
  errorRate: z.number().nullable(),
  /** How long the fastest half, three quarters and 95 of 100 loads took at most; `null` where none was timed. */
  loadTimeMs: z.strictObject({ p50: Milliseconds, p75: Milliseconds, p95: Milliseconds }).nullable(),
});
export type UsageFigures = z.infer<typeof UsageFiguresSchema>;

const Usage = {
  /** From pages that held a token of ours, and calls that we counted: what decisions rest on. */
  verified: UsageFiguresSchema,
  /** What anybody said without one: true of most pages, and proof of nothing. */
  unverified: UsageFiguresSchema,
};

/** Usage over time: every day or hour of the range, the empty ones too. */
export const UsageSchema = z.strictObject({
  from: z.iso.date(),
  to: z.iso.date(),
  step: z.enum(USAGE_STEPS),
  total: z.strictObject(Usage),
  items: z.array(z.strictObject({ at: InstantSchema, ...Usage })),
});

/** A module's share; its name is `null` once it is gone. */
export const ModuleUsageSchema = z.strictObject({ moduleId: z.uuid(), slug: z.string().nullable(), name: z.string().nullable(), ...Usage });
/** A site's share; its name is `null` once it is gone. */
export const SiteUsageSchema = z.strictObject({ siteId: z.uuid(), name: z.string().nullable(), ...Usage });
