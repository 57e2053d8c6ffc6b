import type { InstallationId } from "@dramac/contracts";
import { ApiError } from "./api-error.ts";

/** How many streams may be open at once on one node. */
export const MAX_STREAMS = { perVisitor: 8, perNetworkAndInstallation: 32, perNetwork: 128, perInstallation: 500 } as const;

export interface StreamOwner {
  readonly network: string;
  readonly installation: InstallationId;
  /** Anybody may be given one, so networks are counted beside it. */
  readonly visitor?: string | undefined;
}

/** Counts open streams. */
export function createStreamSlots() {
  const open = new Map<string, number>();

  /** Takes a place. @returns gives it back; twice is harmless. @throws ApiError `rate_limited` when every place is taken */
  return function acquireSlot({ network, installation, visitor }: StreamOwner): () => void {
    const wanted: [key: string, max: number][] = [
      [`network ${network}`, MAX_STREAMS.perNetwork],
      [`network ${network} ${installation}`, MAX_STREAMS.perNetworkAndInstallation],
      [`installation ${installation}`, MAX_STREAMS.perInstallation],
    ];
    if (visitor !== undefined) wanted.push([`visitor ${visitor} ${installation}`, MAX_STREAMS.perVisitor]);
    if (wanted.some(([key, max]) => (open.get(key) ?? 0) >= max))
      throw new ApiError("rate_limited", "Too many streams are open. Close one, or try again later.");
    for (const [key] of wanted) open.set(key, (open.get(key) ?? 0) + 1);
    let isHeld = true;
    return function release() {
      if (!isHeld) return;
      isHeld = false;
      for (const [key] of wanted) {
        const left = (open.get(key) ?? 0) - 1;
        if (left > 0) open.set(key, left);
        else open.delete(key);
      }
    };
  };
}
