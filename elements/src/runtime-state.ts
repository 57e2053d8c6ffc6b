import type { Consent, PageContext, PlannedModule } from "@dramac/contracts";
import type { Handover } from "@dramac/contracts/handover";
import type { CredentialStore } from "./credential-store.ts";
import type { Diagnosis } from "./diagnose.ts";
import type { Identity } from "./identity.ts";

/** What all mounts of a page share. */
export interface Runtime extends Pick<Handover, "waiting" | "reserveSpace" | "isCached"> {
  readonly credentials: CredentialStore;
  readonly identity: Identity;
  /** Public settings of the modules that are ready, by installation. */
  readonly settings: Map<string, Readonly<Record<string, unknown>>>;
  page(): Omit<PageContext, "open" | "route">;
  updateConsent(change: Consent): void;
  /** Passes a module's event to the page and to the other modules that listen to its topic. */
  event(from: PlannedModule, topic: string, detail: unknown): void;
  diagnose(module: PlannedModule): Promise<Diagnosis>;
}
