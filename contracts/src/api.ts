import { z } from "zod";
import { type InstallationId, isInstallationId, isSurfaceKey } from "./ids.ts";
import { USAGE_LIMITS } from "./limits.ts";
import type { Permission } from "./permissions.ts";

const Installation = z.string().refine(isInstallationId, "an installation's UUID");
const Surface = z.string().refine(isSurfaceKey, "a surface key");

/** Body of `POST /api/sessions`. */
export const SessionRequestSchema = z.strictObject({
  installation: Installation,
  surface: Surface,
  hostOrigin: z.string().max(300),
  /** The visitor's stored credential, or `null` to get a first one. Absent: an anonymous session that owns nothing. */
  visitor: z.string().max(4_000).nullable().optional(),
  /** The assertion of the customer's backend about the signed-in person. */
  assertion: z.string().max(4_000).optional(),
  /** The token of the previous session. An asserted person stays signed in by it for some hours. */
  previous: z.string().max(4_000).optional(),
});
export type SessionRequest = z.output<typeof SessionRequestSchema> & { readonly installation: InstallationId };

export interface SessionResponse {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
  /** When to ask for the next one, milliseconds from now: visitors' clocks are wrong. */
  readonly renewInMs: number;
  readonly permissions: readonly Permission[];
  readonly visitor?: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Body of `POST /api/modules/:installationId/proxy`. */
export const ProxyRequestSchema = z.strictObject({
  requestId: z.number().int().min(0),
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  endpoint: z.string().min(1).max(500),
  data: z.unknown().optional(),
});
export type ProxyRequest = z.infer<typeof ProxyRequestSchema>;

export interface ProxyResponse {
  readonly requestId: number;
  readonly status: number;
  readonly data?: unknown;
  readonly etag?: string;
}

/** `data` of `POST /email`: a template of the manifest and the values for its fields. */
export const EmailRequestSchema = z.strictObject({
  template: z.string().max(40),
  fields: z.record(z.string().max(40), z.string().max(5_000)),
});

export const USAGE_TYPES = ["load", "action", "error", "api_call"] as const;

export const UsageEventSchema = z.strictObject({
  id: z.uuid(),
  installation: Installation,
  version: z.string().max(60),
  type: z.enum(USAGE_TYPES),
  name: z.string().max(80).optional(),
  metadata: z
    .record(z.string().max(40), z.union([z.string().max(500), z.number(), z.boolean()]))
    .refine((metadata) => JSON.stringify(metadata).length <= USAGE_LIMITS.metadataLength, `at most ${USAGE_LIMITS.metadataLength} characters as JSON: say less`)
    .optional(),
  loadTimeMs: z.number().int().min(0).max(600_000).optional(),
  at: z.iso.datetime(),
});
export type UsageEvent = z.infer<typeof UsageEventSchema>;

/** Body of `POST /api/events`, sent as text/plain by a beacon; with the token in the body when there is one. */
export const UsageBatchSchema = z.strictObject({
  surface: Surface,
  token: z.string().max(4_000).optional(),
  events: z.array(UsageEventSchema).max(200),
});
export type UsageBatch = z.infer<typeof UsageBatchSchema>;

/** Body of `POST /api/modules/errors`. */
export const ErrorReportSchema = z.strictObject({
  surface: Surface,
  token: z.string().max(4_000).optional(),
  installation: Installation,
  version: z.string().max(60),
  code: z.string().max(40),
  /** Absent where the code explains the error. */
  message: z.string().max(500).optional(),
  stack: z.string().max(4_000).optional(),
});
export type ErrorReport = z.infer<typeof ErrorReportSchema>;
