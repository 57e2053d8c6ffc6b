import { z } from "zod";
import { INSTALL_LEVELS } from "../install-level.ts";
import { PERMISSIONS } from "../permissions.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";
import { ComputedAmountSchema } from "./catalogue.ts";

const Settings = z.record(z.string().max(80), z.unknown());
const Permissions = z.array(z.enum(PERMISSIONS)).max(PERMISSIONS.length);
const Version = z.string().max(60);

/** A module that was put on an agency, a client or a site. */
export const InstallationSchema = z.strictObject({
  id: z.uuid(),
  level: z.enum(INSTALL_LEVELS),
  agencyId: z.uuid(),
  clientId: z.uuid().nullable(),
  siteId: z.uuid().nullable(),
  moduleId: z.uuid(),
  moduleSlug: z.string(),
  moduleName: z.string(),
  /** The version that runs: the pinned one, else the module's current one. */
  version: Version,
  pinnedVersion: Version.nullable(),
  enabled: z.boolean(),
  limitStatus: z.enum(["within", "over_limit", "suspended"]),
  /** What was set here; the manifest's defaults stand under it. */
  settings: Settings,
  /** Counts changes, and is the ETag that `If-Match` asks for. */
  revision: z.number(),
  grantedPermissions: z.array(z.string()),
  /** What the running version asks for and nobody has agreed to. */
  missingPermissions: z.array(z.string()),
  /** What it was sold at: the retail price, or wholesale where the agency uses it itself; `null` for what is not sold. */
  price: z.strictObject({ amount: ComputedAmountSchema, currency: z.string(), billingCycle: z.string(), version: z.number().int() }).nullable(),
  installedAt: InstantSchema,
  updatedAt: InstantSchema,
  /** Restorable for 30 days from here. */
  uninstalledAt: InstantSchema.nullable(),
});
export type Installation = z.infer<typeof InstallationSchema>;

export const InstallationQuerySchema = PageQuerySchema.extend({
  /** `uninstalled` lists what can be restored. */
  state: z.enum(["installed", "uninstalled"]).default("installed"),
});

export const InstallSchema = z.strictObject({
  moduleId: z.uuid(),
  settings: Settings.default({}),
  /** What is agreed to; all that the manifest asks for unless given. */
  permissions: Permissions.optional(),
  enabled: z.boolean().default(true),
});
export type InstallInput = z.infer<typeof InstallSchema>;

export const InstallationChangeSchema = z.strictObject({ enabled: z.boolean() });
/** Merged over what is set already; `null` takes a setting back to its default. */
export const SettingsChangeSchema = Settings;
export const GrantsSchema = z.strictObject({ permissions: Permissions });
/** `null` follows the module's current version. */
export const VersionChangeSchema = z.strictObject({ version: Version.nullable() });
