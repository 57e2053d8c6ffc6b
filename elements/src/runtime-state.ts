import type { Consent, ErrorCode, PageContext, PlannedModule } from "@dramac/contracts";
import type { Handover } from "@dramac/contracts/handover";
import type { Identity } from "./identity.ts";
import type { CredentialStore } from "./credential-store.ts";

/** What every mount shares with the page's one runtime. */
export interface Runtime extends Pick<Handover, "waiting" | "reserveSpace" | "isCached"> {
  readonly credentials: CredentialStore;
  readonly identity: Identity;
  /** Public settings of modules that are ready, by installation. */
  readonly settings: Map<string, Readonly<Record<string, unknown>>>;
  page(): Omit<PageContext, "open" | "route">;
  updateConsent(change: Consent): void;
  /** Passes an event of a module on to the page and to modules that hear it. */
  event(from: PlannedModule, topic: string, detail: unknown): void;
  /** Why a frame stayed silent. */
  diagnose(module: PlannedModule): Promise<{ code: ErrorCode; message: string }>;
}
