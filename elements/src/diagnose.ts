import type { ErrorCode, PlannedModule } from "@dramac/contracts";

/** Why a module does not run. */
export interface Diagnosis {
  readonly code: ErrorCode;
  readonly message: string;
}

/**
 * Asks the platform why a frame sent no hello. The answer is a script module: the page's policy has to allow our scripts only.
 * @param surface address of the surface's embed routes
 */
export async function diagnose(surface: string, { installation }: PlannedModule): Promise<Diagnosis> {
  const query = new URLSearchParams({ installation, origin: location.origin });
  // rollup.config.mjs expects a name here: it removes TypeScript's helper for relative imports only around a name.
  const address = `${surface}/diagnosis.js?${query}`;
  try {
    return ((await import(address)) as { default: Diagnosis }).default;
  } catch {
    return { code: "unreachable", message: "The module could not be reached. Check your connection, or the page's frame-src." };
  }
}
