import { z } from "zod";
import { LocaleSchema, lineOfText } from "../text.ts";
import { InstantSchema } from "./page.ts";

/** A place where modules mount: a site's pages, a client's portal, an agency's own pages or its dashboard. */
export const SurfaceSchema = z.strictObject({
  id: z.uuid(),
  /** Public: it stands in embed codes. */
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

/** `https://shop.example`, or `https://*.shop.example` for every name right below it. */
const Origins = z.array(z.string().min(1).max(300)).max(50);

const Facts = { name: lineOfText(120), origins: Origins, previewOrigins: Origins, locale: LocaleSchema };
/** Which kind an agency's surface is; a site's and a client's follow from where they are made. */
export const AgencySurfaceCreateSchema = z.strictObject({ ...Facts, kind: z.enum(["agency", "dashboard"]), ...defaults() });
export const SurfaceCreateSchema = z.strictObject({ ...Facts, ...defaults() });
export const SurfaceChangeSchema = z.strictObject({ ...Facts, status: z.enum(["active", "suspended"]) }).partial();

function defaults() {
  return { previewOrigins: Origins.default([]), locale: LocaleSchema.default("en") };
}

/** A platform-level module that a surface does without. */
export const ExclusionSchema = z.strictObject({ moduleId: z.uuid(), slug: z.string(), name: z.string(), since: InstantSchema });
export const ExclusionsSchema = z.strictObject({ items: z.array(ExclusionSchema) });
