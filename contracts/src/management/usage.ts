import { z } from "zod";
import { InstantSchema, PageQuerySchema } from "./page.ts";

/** The first and the last day, in UTC: `2026-03-01`. */
const Range = {
  /** Unless given, 27 days before `to`, or one day when the step is an hour. */
  from: z.iso.date().optional(),
  /** Unless given, today. */
  to: z.iso.date().optional(),
};

export const USAGE_STEPS = ["day", "hour"] as const;
export type UsageStep = (typeof USAGE_STEPS)[number];
export const UsageQuerySchema = z.strictObject({ ...Range, step: z.enum(USAGE_STEPS).default("day") });
export const UsageRankingQuerySchema = PageQuerySchema.extend(Range);
export type UsageRankingQuery = z.infer<typeof UsageRankingQuerySchema>;

const Milliseconds = z.number().int().min(0);

/** Counted usage. */
export const UsageFiguresSchema = z.strictObject({
  loads: z.number(),
  actions: z.number(),
  errors: z.number(),
  apiCalls: z.number(),
  /** Errors per load; 2 when each load has two errors. `null` without loads. */
  errorRate: z.number().nullable(),
  /** The 50th, 75th and 95th percentile of load times; `null` when none was measured. */
  loadTimeMs: z.strictObject({ p50: Milliseconds, p75: Milliseconds, p95: Milliseconds }).nullable(),
});
export type UsageFigures = z.infer<typeof UsageFiguresSchema>;

const Usage = {
  /** Usage from pages with a valid token, and calls that the API counted itself. */
  verified: UsageFiguresSchema,
  /** Usage reported without a token: usually true, but anyone can send it. */
  unverified: UsageFiguresSchema,
};

/** Usage over time, for every day or hour of the range, including empty ones. */
export const UsageSchema = z.strictObject({
  from: z.iso.date(),
  to: z.iso.date(),
  step: z.enum(USAGE_STEPS),
  total: z.strictObject(Usage),
  items: z.array(z.strictObject({ at: InstantSchema, ...Usage })),
});

/** Usage of a module; the name is `null` once the module is deleted. */
export const ModuleUsageSchema = z.strictObject({ moduleId: z.uuid(), slug: z.string().nullable(), name: z.string().nullable(), ...Usage });
/** Usage of a site; the name is `null` once the site is deleted. */
export const SiteUsageSchema = z.strictObject({ siteId: z.uuid(), name: z.string().nullable(), ...Usage });
