import { CONNECT_LIMITS } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import { createRateLimit } from "../http/rate-limit.ts";

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
  const taken = new Map<string, number>();
  const ofNetwork = createRateLimit(CONNECT_LIMITS.perMinuteOfNetwork, MINUTE_SECONDS);
  const ofAgency = createRateLimit(CONNECT_LIMITS.perMinuteOfAgency, MINUTE_SECONDS);

  /** @throws ApiError `rate_limited`, with Retry-After */
  return async function withSlot<T>({ network, installation, agency }: OutgoingCaller, work: () => Promise<T>): Promise<T> {
    await ofNetwork(network);
    const wanted: readonly (readonly [key: string, max: number, owner: string])[] = [
      [`network ${network}`, CONNECT_LIMITS.inFlightOfNetwork, "from this network"],
      [`installation ${installation}`, CONNECT_LIMITS.inFlightOfInstallation, "by this installation"],
      [`agency ${agency}`, CONNECT_LIMITS.inFlightOfAgency, "by this agency's installations"],
      ["node", CONNECT_LIMITS.inFlight, "by all modules together"],
    ];
    const findFull = () => wanted.find(([key, max]) => (taken.get(key) ?? 0) >= max);
    // Whom there is no room for uses up nothing of what its agency may call in a minute.
    if (!findFull()) await ofAgency(agency);
    const [, , owner] = findFull() ?? [];
    if (owner !== undefined) {
      throw new ApiError("rate_limited", `Too many calls to other hosts are under way ${owner}. Try again when some are answered.`, {
        headers: { "retry-after": "1" },
      });
    }
    for (const [key] of wanted) taken.set(key, (taken.get(key) ?? 0) + 1);
    try {
      return await work();
    } finally {
      for (const [key] of wanted) {
        const left = (taken.get(key) ?? 1) - 1;
        if (left) taken.set(key, left);
        else taken.delete(key);
      }
    }
  };
}
