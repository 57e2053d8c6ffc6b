import { z } from "zod";
import { CONSENT_CLASSES } from "./consent.ts";
import type { ErrorCode } from "./errors.ts";
import type { InstallationId } from "./ids.ts";
import { LIMITS, type Limits } from "./limits.ts";
import type { Permission } from "./permissions.ts";
import type { Theme } from "./plan.ts";

const RequestId = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const Name = z.string().min(1).max(80);
const Pixels = z.number().min(0).max(LIMITS.maxHeightPx);
/** The size that a module wants. `innerWidth` is the width of its window at the measurement; the shell ignores sizes for another width. */
const Size = { height: Pixels, width: Pixels.optional(), innerWidth: Pixels.optional() };

/**
 * Port B, module → shell: a union on `type`, JSON text, unknown fields refused.
 * The shell runs a validator that is compiled from these schemas at build time.
 */
export const MODULE_MESSAGES = {
  READY: z.strictObject({ type: z.literal("READY"), ...Size }),
  MODULE_ERROR: z.strictObject({ type: z.literal("MODULE_ERROR"), message: z.string().max(500), stack: z.string().max(4_000).optional() }),
  RESIZE: z.strictObject({ type: z.literal("RESIZE"), ...Size }),
  PRESENT: z.strictObject({ type: z.literal("PRESENT"), action: z.enum(["open", "close", "expand", "collapse"]) }),
  API_REQUEST: z.strictObject({
    type: z.literal("API_REQUEST"),
    requestId: RequestId,
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    endpoint: z.string().min(1).max(500),
    data: z.unknown().optional(),
  }),
  API_CANCEL: z.strictObject({ type: z.literal("API_CANCEL"), requestId: RequestId }),
  SUBSCRIBE: z.strictObject({ type: z.literal("SUBSCRIBE"), collection: Name }),
  UNSUBSCRIBE: z.strictObject({ type: z.literal("UNSUBSCRIBE"), collection: Name }),
  SETTINGS_UPDATE: z.strictObject({ type: z.literal("SETTINGS_UPDATE"), requestId: RequestId, settings: z.record(z.string(), z.unknown()) }),
  NAVIGATE: z.strictObject({ type: z.literal("NAVIGATE"), path: z.string().min(1).max(2_000) }),
  OPEN_LINK: z.strictObject({ type: z.literal("OPEN_LINK"), url: z.string().min(1).max(2_000) }),
  ROUTE: z.strictObject({ type: z.literal("ROUTE"), route: z.string().max(500) }),
  CONSENT_UPDATE: z.strictObject({ type: z.literal("CONSENT_UPDATE"), classes: z.partialRecord(z.enum(CONSENT_CLASSES), z.boolean()) }),
  EVENT: z.strictObject({ type: z.literal("EVENT"), topic: Name, detail: z.unknown().optional() }),
  TRACK: z.strictObject({ type: z.literal("TRACK"), name: Name, metadata: z.record(z.string(), z.unknown()).optional() }),
  PONG: z.strictObject({ type: z.literal("PONG") }),
  BYE: z.strictObject({ type: z.literal("BYE") }),
} as const;

export type ModuleMessages = { [Type in keyof typeof MODULE_MESSAGES]: z.infer<(typeof MODULE_MESSAGES)[Type]> };
export type ModuleMessage = ModuleMessages[keyof ModuleMessages];

/** The two messages that carry a Blob travel as structured clones; everything else is text. */
export const BLOB_MESSAGES = {
  UPLOAD: z.strictObject({ type: z.literal("UPLOAD"), requestId: RequestId, collection: Name, name: z.string().min(1).max(200), mime: z.string().max(100) }),
  DOWNLOAD: z.strictObject({ type: z.literal("DOWNLOAD"), name: z.string().min(1).max(200), mime: z.string().max(100) }),
} as const;
export type BlobMessage = z.infer<(typeof BLOB_MESSAGES)[keyof typeof BLOB_MESSAGES]> & { blob: Blob };

/** The module's surroundings on the page. */
export interface ModuleContext {
  readonly agencyId?: string;
  readonly clientId?: string;
  readonly siteId?: string;
  readonly pageId?: string;
  /** With `read:site` only. */
  readonly path?: string;
  readonly title?: string;
  readonly referrer?: string;
  readonly visible: boolean;
  /** Of a floating or modal module. */
  readonly open: boolean;
}

/** The first message to a module: facts from its frame document, and the page's context. */
export interface InitMessage extends InitialFacts {
  readonly type: "INIT";
  readonly protocol: number;
  readonly context: ModuleContext;
  readonly theme: Theme;
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
  readonly timeZone: string;
  readonly route: string;
}

/** Facts about an installation that do not depend on the page. */
export interface InitialFacts {
  readonly installation: InstallationId;
  readonly module: { readonly slug: string; readonly version: string };
  /** Public settings. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly context: Partial<ModuleContext>;
  /** Manifest ∩ grant ∩ surface, for a visitor; the token's permissions follow with the first call. */
  readonly permissions: readonly Permission[];
  /** ISO 4217. */
  readonly currency: string;
  readonly limits: Limits;
}

/** Port B, shell → module. */
export type ShellMessage =
  | InitMessage
  | { readonly type: "API_RESPONSE"; readonly requestId: number; readonly status: number; readonly data?: unknown }
  | {
      readonly type: "API_DENIED";
      readonly requestId?: number | undefined;
      readonly code: ErrorCode;
      /** Absent where code and permission explain the denial. */
      readonly message?: string | undefined;
      readonly permission?: Permission | undefined;
    }
  | { readonly type: "SETTINGS_CHANGED"; readonly settings: Readonly<Record<string, unknown>> }
  | { readonly type: "CONTEXT_CHANGED"; readonly context: Partial<ModuleContext>; readonly theme?: Theme | undefined; readonly locale?: string | undefined }
  | { readonly type: "EVENT"; readonly topic: string; readonly detail?: unknown; readonly sender: string }
  | { readonly type: "CHANGED"; readonly collection: string; readonly id: string; readonly op: "insert" | "update" | "delete" }
  | { readonly type: "PING" }
  | { readonly type: "TEARDOWN" };
