import { z } from "zod";
import { LocaleSchema, lineOfText } from "../text.ts";
import { InstantSchema } from "./page.ts";

/** A set of pages that show modules: a site, a client's portal, an agency's own website or its dashboard. */
export const SurfaceSchema = z.strictObject({
  id: z.uuid(),
  /** Public key; embed codes contain it. */
  key: z.string(),
  kind: z.enum(["site", "portal", "dashboard", "agency"]),
  agencyId: z.uuid(),
  clientId: z.uuid().nullable(),
  siteId: z.uuid().nullable(),
  name: z.string(),
  origins: z.array(z.string()),
  previewOrigins: z.array(z.string()),
  status: z.enum(["active", "suspended"]),
  locale: z.string(),
  createdAt: InstantSchema,
  updatedAt: InstantSchema,
});

/** `https://shop.example`, or `https://*.shop.example` for every name directly below it. */
const Origins = z.array(z.string().min(1).max(300)).max(50);

const Facts = { name: lineOfText(120), origins: Origins, previewOrigins: Origins, locale: LocaleSchema };
/** A new surface of an agency. The kind of other surfaces follows from their path. */
export const AgencySurfaceCreateSchema = z.strictObject({ ...Facts, kind: z.enum(["agency", "dashboard"]), ...defaults() });
export const SurfaceCreateSchema = z.strictObject({ ...Facts, ...defaults() });
export const SurfaceChangeSchema = z.strictObject({ ...Facts, status: z.enum(["active", "suspended"]) }).partial();

function defaults() {
  return { previewOrigins: Origins.default([]), locale: LocaleSchema.default("en") };
}

/** A platform-level module that does not run on a surface. */
export const ExclusionSchema = z.strictObject({ moduleId: z.uuid(), slug: z.string(), name: z.string(), since: InstantSchema });
export const ExclusionsSchema = z.strictObject({ items: z.array(ExclusionSchema) });
