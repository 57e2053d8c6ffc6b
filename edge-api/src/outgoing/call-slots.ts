import { CONNECT_LIMITS } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import { createSlotCounter } from "../http/slot-counter.ts";

/** Who calls another host. */
export interface OutgoingCaller {
  /** Only networks cannot be made up. */
  readonly network: string;
  readonly installation: string;
  readonly agency: string;
}

const MINUTE_SECONDS = 60;

/**
 * Calls under way, of each network, installation and agency and of the node, for each may hold an answer in memory until it is
 * whole; and calls a minute. A network's own bounds come first, so that what is over them takes nothing from those that an
 * installation or an agency shares among all its visitors.
 */
export function createCallSlots() {
  const slots = createSlotCounter();
  const ofNetwork = createRateLimit(CONNECT_LIMITS.perMinuteOfNetwork, MINUTE_SECONDS);
  const ofAgency = createRateLimit(CONNECT_LIMITS.perMinuteOfAgency, MINUTE_SECONDS);

  /** @throws ApiError `rate_limited`, with Retry-After */
  return async function withSlot<T>({ network, installation, agency }: OutgoingCaller, work: () => Promise<T>): Promise<T> {
    await ofNetwork(network);
    const limits = [
      { key: `network ${network}`, max: CONNECT_LIMITS.inFlightOfNetwork, owner: "from this network" },
      { key: `installation ${installation}`, max: CONNECT_LIMITS.inFlightOfInstallation, owner: "by this installation" },
      { key: `agency ${agency}`, max: CONNECT_LIMITS.inFlightOfAgency, owner: "by this agency's installations" },
      { key: "node", max: CONNECT_LIMITS.inFlight, owner: "by all modules together" },
    ];
    // A call that finds no slot does not count against the calls a minute of its agency.
    if (!slots.findFull(limits)) await ofAgency(agency);
    const full = slots.findFull(limits);
    if (full) {
      throw new ApiError("rate_limited", `Too many calls to other hosts are under way ${full.owner}. Try again when some are answered.`, {
        headers: { "retry-after": "1" },
      });
    }
    const release = slots.acquire(limits);
    try {
      return await work();
    } finally {
      release();
    }
  };
}
