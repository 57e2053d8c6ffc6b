import type { ShellConfiguration } from "@dramac/contracts";
import type { Embedding } from "./embedding.ts";
import type { Transport } from "./transport.ts";

/** The data that all parts of one shell share. */
export interface ShellContext extends ShellConfiguration, Embedding {
  /** Aborted when the shell stops. All listeners, timers and requests of the shell end with it. */
  readonly signal: AbortSignal;
  /** Answers the module's calls. Calls go to the API unless a test build gives another transport. */
  readonly transport?: Transport | undefined;
}
