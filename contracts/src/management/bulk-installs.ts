import { z } from "zod";
import { InstallSchema } from "./installations.ts";
import { InstantSchema, PageQuerySchema, pageOf } from "./page.ts";

const MAX_SITES = 1_000;

/** One module for many sites: the listed ones, those of a client, or all of the agency. */
export const BulkInstallCreateSchema = InstallSchema.extend({
  siteIds: z.array(z.uuid()).min(1).max(MAX_SITES).optional(),
  clientId: z.uuid().optional(),
  all: z.literal(true).optional(),
}).refine(({ siteIds, clientId, all }) => [siteIds, clientId, all].filter((given) => given !== undefined).length === 1, {
  message: "name exactly one of siteIds, clientId and all",
  path: ["siteIds"],
});
export type BulkInstallInput = z.infer<typeof BulkInstallCreateSchema>;

const BULK_SITE_STATUSES = ["pending", "installed", "refused", "cancelled"] as const;

/** The progress of an installation on many sites. */
export const BulkInstallSchema = z.strictObject({
  id: z.uuid(),
  moduleId: z.uuid(),
  moduleSlug: z.string(),
  moduleName: z.string(),
  status: z.enum(["running", "done", "cancelled"]),
  total: z.number().int(),
  /** Sites that are installed, refused or cancelled. */
  done: z.number().int(),
  installed: z.number().int(),
  failed: z.number().int(),
  createdAt: InstantSchema,
  finishedAt: InstantSchema.nullable(),
});

/** The result on one site. */
const BulkInstallSiteSchema = z.strictObject({
  siteId: z.uuid(),
  status: z.enum(BULK_SITE_STATUSES),
  installationId: z.uuid().nullable(),
  /** The error that installing on this site alone would have given. */
  code: z.string().nullable(),
  detail: z.string().nullable(),
  settledAt: InstantSchema.nullable(),
});
export const BulkInstallSiteQuerySchema = PageQuerySchema.extend({ status: z.enum(BULK_SITE_STATUSES).optional() });
/** A job with a page of its results by site. */
export const BulkInstallDetailSchema = BulkInstallSchema.extend({ sites: pageOf(BulkInstallSiteSchema) });
