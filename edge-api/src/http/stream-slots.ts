import type { InstallationId } from "@dramac/contracts";
import { ApiError } from "./api-error.ts";
import { createSlotCounter, type SlotLimit } from "./slot-counter.ts";

/** How many streams may be open at once on one node. */
export const MAX_STREAMS = { perVisitor: 8, perNetworkAndInstallation: 32, perNetwork: 128, perInstallation: 500 } as const;

export interface StreamOwner {
  readonly network: string;
  readonly installation: InstallationId;
  /** Everyone can get a new visitor id, so streams are counted by network, too. */
  readonly visitor?: string | undefined;
}

/** Limits how many streams are open. */
export function createStreamSlots() {
  const slots = createSlotCounter();

  /** @returns releases the slot; a second call does nothing. @throws ApiError `rate_limited` when no slot is free */
  return function acquireSlot({ network, installation, visitor }: StreamOwner): () => void {
    const limits: SlotLimit[] = [
      { key: `network ${network}`, max: MAX_STREAMS.perNetwork },
      { key: `network ${network} ${installation}`, max: MAX_STREAMS.perNetworkAndInstallation },
      { key: `installation ${installation}`, max: MAX_STREAMS.perInstallation },
    ];
    if (visitor !== undefined) limits.push({ key: `visitor ${visitor} ${installation}`, max: MAX_STREAMS.perVisitor });
    if (slots.findFull(limits)) throw new ApiError("rate_limited", "Too many streams are open. Close one, or try again later.");
    return slots.acquire(limits);
  };
}
