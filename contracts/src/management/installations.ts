import { z } from "zod";
import { INSTALL_LEVELS } from "../install-level.ts";
import { PERMISSIONS } from "../permissions.ts";
import { InstantSchema, PageQuerySchema } from "./page.ts";
import { ComputedAmountSchema } from "./catalogue.ts";

const Settings = z.record(z.string().max(80), z.unknown());
const Permissions = z.array(z.enum(PERMISSIONS)).max(PERMISSIONS.length);
const Version = z.string().max(60);

/** A module that is installed on an agency, a client or a site. */
export const InstallationSchema = z.strictObject({
  id: z.uuid(),
  level: z.enum(INSTALL_LEVELS),
  agencyId: z.uuid(),
  clientId: z.uuid().nullable(),
  siteId: z.uuid().nullable(),
  moduleId: z.uuid(),
  moduleSlug: z.string(),
  moduleName: z.string(),
  /** The running version: the pinned one, else the module's current one. */
  version: Version,
  pinnedVersion: Version.nullable(),
  enabled: z.boolean(),
  limitStatus: z.enum(["within", "over_limit", "suspended"]),
  /** The settings of this installation, without the manifest's defaults. */
  settings: Settings,
  /** Counts changes; it is the ETag for `If-Match`. */
  revision: z.number(),
  grantedPermissions: z.array(z.string()),
  /** Permissions that the running version asks for and that are not granted. */
  missingPermissions: z.array(z.string()),
  /** The price it was sold at: retail, or wholesale when the agency uses it itself; `null` when it was not sold. */
  price: z.strictObject({ amount: ComputedAmountSchema, currency: z.string(), billingCycle: z.string(), version: z.number().int() }).nullable(),
  installedAt: InstantSchema,
  updatedAt: InstantSchema,
  /** It can be restored for 30 days from this time. */
  uninstalledAt: InstantSchema.nullable(),
});
export type Installation = z.infer<typeof InstallationSchema>;

export const InstallationQuerySchema = PageQuerySchema.extend({
  /** `uninstalled` lists installations that can be restored. */
  state: z.enum(["installed", "uninstalled"]).default("installed"),
});

export const InstallSchema = z.strictObject({
  moduleId: z.uuid(),
  settings: Settings.default({}),
  /** The granted permissions; all that the manifest asks for unless given. */
  permissions: Permissions.optional(),
  enabled: z.boolean().default(true),
});
export type InstallInput = z.infer<typeof InstallSchema>;

export const InstallationChangeSchema = z.strictObject({ enabled: z.boolean() });
/** Merged into the current settings; `null` resets a setting to its default. */
export const SettingsChangeSchema = Settings;
export const GrantsSchema = z.strictObject({ permissions: Permissions });
/** `null` follows the module's current version. */
export const VersionChangeSchema = z.strictObject({ version: Version.nullable() });
