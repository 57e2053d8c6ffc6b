import { z } from "zod";
import { CollectionNameSchema, CollectionSchema } from "./collections.ts";
import { ConnectEntrySchema, connectHostOf, SecretDeclarationSchema, SecretNameSchema } from "./connect.ts";
import { CONSENT_CLASSES } from "./consent.ts";
import { ENTRY_POINTS, type EntryPoint, HOOK_ENTRY_POINTS, HOOKS, type Hook, type SurfaceKind, surfaceOfHook } from "./hooks.ts";
import { INSTALL_LEVELS } from "./install-level.ts";
import { PERMISSIONS } from "./permissions.ts";
import { FallbackSchema, type Presentation, PresentationSchema } from "./presentation.ts";
import { lineOfText } from "./text.ts";

export const MODULE_TYPES = ["widget", "app", "integration", "system", "custom"] as const;

const Slug = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, "lower-case words joined by dashes")
  .max(60);
const Semver = z.string().regex(/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/, "a semantic version, like 1.4.2");
const PackagePath = z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9_-][A-Za-z0-9._/-]{0,199}$/, "a path inside the package");
const JsonPointer = z.string().regex(/^(?:\/(?:[^~/]|~[01])+)+$/, "a JSON pointer, like /greeting");
const EntryPointSchema = z.enum(ENTRY_POINTS as [EntryPoint, ...EntryPoint[]]);
const JsonObject = z.record(z.string(), z.unknown());

/** An e-mail that the module may send: a fixed subject and text with `{{field}}` placeholders for escaped values. */
export const EmailTemplateSchema = z.strictObject({
  /** The installation's verified recipients. */
  to: z.literal("recipients").default("recipients"),
  subject: z.string().min(1).max(200),
  text: z.string().min(1).max(5_000),
  fields: z.array(z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/)).max(40),
  /** Field whose value becomes Reply-To when it is one e-mail address. */
  replyTo: z.string().optional(),
});
export type EmailTemplate = z.infer<typeof EmailTemplateSchema>;

/** The manifest of a package. Validation reports all issues at once, each with its JSON path. */
export const ManifestSchema = z
  .strictObject({
    $schema: z.string().optional(),
    id: z.string().min(1).max(100),
    slug: Slug,
    name: lineOfText(80),
    version: Semver,
    description: z.string().max(500).default(""),
    type: z.enum(MODULE_TYPES).default("widget"),
    category: z.string().max(40).default("other"),
    installLevel: z.enum(INSTALL_LEVELS),
    entryPoints: z.partialRecord(EntryPointSchema, PackagePath),
    hooks: z.array(z.enum(HOOKS as [keyof typeof HOOK_ENTRY_POINTS])).default([]),
    permissions: z.array(z.enum(PERMISSIONS)).default([]),
    /** Reserved: the platform runs no server code of modules, and publishing refuses any route. */
    apiRoutes: z.array(z.strictObject({ path: z.string(), methods: z.array(z.enum(["GET", "POST", "PUT", "DELETE"])), handler: PackagePath })).default([]),
    settingsSchema: JsonObject.default({}),
    defaultSettings: JsonObject.default({}),
    /** Which settings may reach a browser; none unless listed. */
    publicSettings: z.array(JsonPointer).default([]),
    dependencies: z.array(Slug).default([]),
    peerDependencies: z.array(z.strictObject({ module: Slug, version: z.string() })).default([]),
    /** How it is shown on websites. */
    presentation: PresentationSchema,
    /** How an entry point is shown where that differs; on portals and dashboards it is inline by default. */
    presentations: z.partialRecord(EntryPointSchema, PresentationSchema).default({}),
    consent: z.enum(CONSENT_CLASSES).default("functional"),
    fallback: FallbackSchema.default({ kind: "hide" }),
    connect: z.array(ConnectEntrySchema).max(20).default([]),
    secrets: z.record(SecretNameSchema, SecretDeclarationSchema).default({}),
    collections: z.record(CollectionNameSchema, CollectionSchema).default({}),
    emails: z.record(CollectionNameSchema, EmailTemplateSchema).default({}),
    topics: z
      .strictObject({ sends: z.array(z.string().max(80)).default([]), hears: z.array(z.string().max(80)).default([]) })
      .default({ sends: [], hears: [] }),
    /** Reserved: publishing refuses it. */
    minPlatformVersion: Semver.optional(),
  })
  .superRefine((manifest, context) => {
    for (const [index, hook] of manifest.hooks.entries()) {
      const entryPoint = HOOK_ENTRY_POINTS[hook];
      if (!manifest.entryPoints[entryPoint]) {
        context.addIssue({ code: "custom", path: ["hooks", index], message: `${hook} needs entryPoints.${entryPoint}` });
      }
    }
    for (const [name, { host }] of Object.entries(manifest.secrets)) {
      if (!manifest.connect.some((entry) => connectHostOf(entry) === host)) {
        context.addIssue({ code: "custom", path: ["secrets", name, "host"], message: "name one of the hosts of connect" });
      }
    }
    for (const [name, template] of Object.entries(manifest.emails)) {
      if (template.replyTo && !template.fields.includes(template.replyTo)) {
        context.addIssue({ code: "custom", path: ["emails", name, "replyTo"], message: "name one of the template's fields" });
      }
    }
  });

export type Manifest = z.infer<typeof ManifestSchema>;
export type ManifestInput = z.input<typeof ManifestSchema>;

const INLINE = PresentationSchema.parse({ kind: "inline" });

/** The entry point for a hook, or without a hook for a kind of surface. `undefined` if the module has none. */
export function entryPointFor({ entryPoints }: Pick<Manifest, "entryPoints">, kind: SurfaceKind, hook: Hook | null): EntryPoint | undefined {
  const named = hook && HOOK_ENTRY_POINTS[hook];
  if (named && entryPoints[named] !== undefined) return named;
  const points = HOOKS.filter((one) => surfaceOfHook(one) === kind).map((one) => HOOK_ENTRY_POINTS[one]);
  const preferred: readonly EntryPoint[] = kind === "site" ? ["siteBody", ...points] : points;
  return preferred.find((point) => entryPoints[point] !== undefined);
}

/** How an entry point is shown on a kind of surface. */
export const presentationOf = (
  { presentation, presentations }: Pick<Manifest, "presentation" | "presentations">,
  kind: SurfaceKind,
  point: EntryPoint,
): Presentation => presentations[point] ?? (kind === "site" ? presentation : INLINE);
