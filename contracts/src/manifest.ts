import { z } from "zod";
import { CollectionNameSchema, CollectionSchema } from "./collections.ts";
import { CONSENT_CLASSES } from "./consent.ts";
import { ENTRY_POINTS, HOOKS, HOOK_ENTRY_POINTS } from "./hooks.ts";
import { INSTALL_LEVELS } from "./install-level.ts";
import { PERMISSIONS } from "./permissions.ts";
import { FallbackSchema, PresentationSchema } from "./presentation.ts";

export const MODULE_TYPES = ["widget", "app", "integration", "system", "custom"] as const;

const Slug = z
  .string()
  .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, "lower-case words joined by dashes")
  .max(60);
const Semver = z.string().regex(/^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/, "a semantic version, like 1.4.2");
const PackagePath = z.string().regex(/^(?!.*(?:^|\/)\.\.?(?:\/|$))[A-Za-z0-9_-][A-Za-z0-9._/-]{0,199}$/, "a path inside the package");
const JsonPointer = z.string().regex(/^(?:\/(?:[^~/]|~[01])+)+$/, "a JSON pointer, like /greeting");
const JsonObject = z.record(z.string(), z.unknown());

/** A host that the module reaches through the API: exact, https, public. */
const ConnectHost = z.string().max(253).refine(isExactPublicHost, "an exact public https host name: no wildcard, port, IP address or local name");

function isExactPublicHost(host: string): boolean {
  if (!/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(host)) return false;
  return !/\.(?:local|localhost|internal|lan|home|arpa|test|invalid|example)$/.test(host);
}

/** An e-mail that the module may send: a fixed subject and text with `{{field}}` places, filled with escaped values. */
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

/** What a package says of itself. Every fault is reported at once, each with its JSON path. */
export const ManifestSchema = z
  .strictObject({
    $schema: z.string().optional(),
    id: z.string().min(1).max(100),
    slug: Slug,
    name: z.string().min(1).max(80),
    version: Semver,
    description: z.string().max(500).default(""),
    type: z.enum(MODULE_TYPES).default("widget"),
    category: z.string().max(40).default("other"),
    installLevel: z.enum(INSTALL_LEVELS),
    entryPoints: z.partialRecord(z.enum(ENTRY_POINTS as [string, ...string[]]), PackagePath),
    hooks: z.array(z.enum(HOOKS as [keyof typeof HOOK_ENTRY_POINTS])).default([]),
    permissions: z.array(z.enum(PERMISSIONS)).default([]),
    apiRoutes: z.array(z.strictObject({ path: z.string(), methods: z.array(z.enum(["GET", "POST", "PUT", "DELETE"])), handler: PackagePath })).default([]),
    settingsSchema: JsonObject.default({}),
    defaultSettings: JsonObject.default({}),
    /** Which settings may reach a browser; none unless listed. */
    publicSettings: z.array(JsonPointer).default([]),
    dependencies: z.array(Slug).default([]),
    peerDependencies: z.array(z.strictObject({ module: Slug, version: z.string() })).default([]),
    presentation: PresentationSchema,
    consent: z.enum(CONSENT_CLASSES).default("functional"),
    fallback: FallbackSchema.default({ kind: "hide" }),
    connect: z.array(ConnectHost).max(20).default([]),
    collections: z.record(CollectionNameSchema, CollectionSchema).default({}),
    emails: z.record(CollectionNameSchema, EmailTemplateSchema).default({}),
    topics: z
      .strictObject({ sends: z.array(z.string().max(80)).default([]), hears: z.array(z.string().max(80)).default([]) })
      .default({ sends: [], hears: [] }),
    minPlatformVersion: Semver.optional(),
  })
  .superRefine((manifest, context) => {
    for (const [place, hook] of manifest.hooks.entries()) {
      const entryPoint = HOOK_ENTRY_POINTS[hook];
      if (!manifest.entryPoints[entryPoint]) {
        context.addIssue({ code: "custom", path: ["hooks", place], message: `${hook} needs entryPoints.${entryPoint}` });
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
