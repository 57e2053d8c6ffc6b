import { z } from "zod";
import { CONSENT_CLASSES, type Consent } from "./consent.ts";
import { LIMITS } from "./limits.ts";
import type { Theme } from "./plan.ts";

const Pixels = z.number().min(0).max(LIMITS.maxHeightPx);
const Text = z.string().max(2_000);

/** Port A, shell → page. DOWNLOAD carries a Blob. */
export const SHELL_TO_PAGE = {
  STATE: z.strictObject({
    type: z.literal("STATE"),
    state: z.enum(["loading", "ready", "failed", "disabled"]),
    code: z.string().max(40).optional(),
    message: Text.optional(),
    settings: z.record(z.string(), z.unknown()).optional(),
  }),
  SIZE: z.strictObject({ type: z.literal("SIZE"), height: Pixels, width: Pixels.optional() }),
  PRESENT: z.strictObject({ type: z.literal("PRESENT"), action: z.enum(["open", "close", "expand", "collapse"]) }),
  NAVIGATE: z.strictObject({ type: z.literal("NAVIGATE"), path: Text }),
  OPEN_LINK: z.strictObject({ type: z.literal("OPEN_LINK"), url: Text }),
  DOWNLOAD: z.strictObject({ type: z.literal("DOWNLOAD"), name: z.string().min(1).max(200), mime: z.string().max(100), blob: z.unknown().optional() }),
  ROUTE: z.strictObject({ type: z.literal("ROUTE"), route: z.string().max(500) }),
  CONSENT_UPDATE: z.strictObject({ type: z.literal("CONSENT_UPDATE"), classes: z.partialRecord(z.enum(CONSENT_CLASSES), z.boolean()) }),
  EVENT: z.strictObject({ type: z.literal("EVENT"), topic: z.string().max(80), detail: z.unknown().optional() }),
  VISITOR_ASK: z.strictObject({ type: z.literal("VISITOR_ASK") }),
  VISITOR_KEEP: z.strictObject({ type: z.literal("VISITOR_KEEP"), credential: z.string().max(4_000).nullable().optional() }),
} as const;

export type ShellToPage = { [Type in keyof typeof SHELL_TO_PAGE]: z.infer<(typeof SHELL_TO_PAGE)[Type]> };
export type ShellToPageMessage = ShellToPage[keyof ShellToPage];

/** The page's context, sent in MOUNT and after each change. */
export interface PageContext {
  readonly path: string;
  readonly title: string;
  readonly referrer: string;
  readonly locale: string;
  readonly direction: "ltr" | "rtl";
  readonly theme: Theme;
  readonly visible: boolean;
  readonly open: boolean;
  readonly route: string;
  readonly consent: Consent;
}

/** Port A, page → shell. */
export type PageMessage =
  | { readonly type: "CONTEXT"; readonly context: Partial<PageContext> }
  /** The person has changed, or the visitor has withdrawn consent. The shell opens a new session and asks with VISITOR_ASK for whom. */
  | { readonly type: "IDENTIFY" }
  | { readonly type: "EVENT"; readonly topic: string; readonly detail?: unknown; readonly sender: string }
  /**
   * Answers VISITOR_ASK: the stored credential, `null` if this shell may have a first one issued, nothing without consent;
   * and the assertion of the page's own backend about the signed-in person.
   */
  | { readonly type: "VISITOR"; readonly credential?: string | null | undefined; readonly assertion?: string | undefined }
  | { readonly type: "TEARDOWN" };

/** The three hellos, the only messages that ever travel by `window.postMessage`. */
export interface ShellReady {
  readonly type: "SHELL_READY";
  readonly protocol: readonly [number, number];
}
export interface Mount {
  readonly type: "MOUNT";
  readonly protocol: number;
  readonly context: PageContext;
}
export interface ModuleReady {
  readonly type: "MODULE_READY";
  readonly protocol: readonly [number, number];
  readonly sdk: string;
}
