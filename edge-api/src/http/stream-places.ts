import type { InstallationId } from "@dramac/contracts";
import { ApiError } from "./api-error.ts";

/** How many streams may be open at once on one node. */
export const MOST_STREAMS = { ofVisitor: 8, ofNetworkOnInstallation: 32, ofNetwork: 128, onInstallation: 500 } as const;

export interface StreamHolder {
  readonly network: string;
  readonly installation: InstallationId;
  /** Anybody may be given one, so networks are counted beside it. */
  readonly visitor?: string | undefined;
}

/** Counts open streams. */
export function createStreamPlaces() {
  const open = new Map<string, number>();

  /** Takes a place. @returns gives it back; twice is harmless. @throws ApiError `rate_limited` when every place is taken */
  return function takePlace({ network, installation, visitor }: StreamHolder): () => void {
    const wanted: [key: string, most: number][] = [
      [`network ${network}`, MOST_STREAMS.ofNetwork],
      [`network ${network} ${installation}`, MOST_STREAMS.ofNetworkOnInstallation],
      [`installation ${installation}`, MOST_STREAMS.onInstallation],
    ];
    if (visitor !== undefined) wanted.push([`visitor ${visitor} ${installation}`, MOST_STREAMS.ofVisitor]);
    if (wanted.some(([key, most]) => (open.get(key) ?? 0) >= most))
      throw new ApiError("rate_limited", "Too many streams are open. Close one, or try again later.");
    for (const [key] of wanted) open.set(key, (open.get(key) ?? 0) + 1);
    let isTaken = true;
    return function giveBack() {
      if (!isTaken) return;
      isTaken = false;
      for (const [key] of wanted) {
        const left = (open.get(key) ?? 0) - 1;
        if (left > 0) open.set(key, left);
        else open.delete(key);
      }
    };
  };
}
