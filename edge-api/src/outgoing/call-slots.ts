import { CONNECT_LIMITS } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import { createSlotCounter } from "../http/slot-counter.ts";

/** Who calls another host. */
export interface OutgoingCaller {
  /** The only part of a caller that cannot be invented. */
  readonly network: string;
  readonly installation: string;
  readonly agency: string;
}

const MINUTE_SECONDS = 60;

/**
 * Limits the calls in flight, because each may hold a whole response in memory, and the calls in a minute. The limits of a network
 * are checked first: calls above them use up nothing of the limits that an installation or an agency shares among all its visitors.
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
