import { z } from "zod";
import { CONSENT_CLASSES } from "./consent.ts";
import { SURFACE_KINDS } from "./hooks.ts";
import { INSTALL_LEVELS } from "./install-level.ts";
import { FallbackSchema, PresentationSchema } from "./presentation.ts";

/** One module on one hook of a surface. Hooks are plain strings here: an unknown one is reported, not refused. */
export const PlannedModuleSchema = z.object({
  installation: z.string(),
  slug: z.string(),
  name: z.string(),
  version: z.string(),
  /** A module over its subscription's limit still runs; a suspended module shows its fallback. */
  state: z.enum(["active", "suspended", "over_limit"]),
  /** The reason of a suspension. Only in a member's plan. */
  reason: z.string().optional(),
  /** The level of the installation. Absent means site, as in cached plans from before there were other levels. */
  level: z.enum(INSTALL_LEVELS).optional(),
  /** Address of the frame document, on the installation's own origin. */
  frame: z.string(),
  hook: z.string().nullable(),
  order: z.number(),
  /** URL patterns of the pages that show it; empty means all. */
  paths: z.array(z.string()),
  presentation: PresentationSchema,
  consent: z.enum(CONSENT_CLASSES),
  fallback: FallbackSchema,
});
export type PlannedModule = z.infer<typeof PlannedModuleSchema>;

export const ThemeSchema = z.object({
  scheme: z.enum(["light", "dark", "auto"]).default("auto"),
  accent: z.string().max(40).optional(),
  font: z.string().max(200).optional(),
});
export type Theme = z.infer<typeof ThemeSchema>;

/** What one surface mounts: the same for every visitor, without settings and without tokens. */
export const PlanSchema = z.object({
  plan: z.literal(1),
  surface: z.object({
    key: z.string(),
    kind: z.enum(SURFACE_KINDS),
    revision: z.string(),
    status: z.enum(["active", "suspended", "unknown"]),
    locale: z.string(),
    theme: ThemeSchema,
  }),
  modules: z.array(PlannedModuleSchema),
});
export type Plan = z.infer<typeof PlanSchema>;
