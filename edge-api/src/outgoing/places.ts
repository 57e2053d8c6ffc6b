import { CONNECT_LIMITS } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";

/** Calls under way, of the node and of each installation: each may hold an answer in memory until it is whole. */
export function createPlaces() {
  const taken = new Map<string, number>();
  let all = 0;
  /** @throws ApiError `rate_limited` */
  return async function hold<T>(installation: string, work: () => Promise<T>): Promise<T> {
    const own = taken.get(installation) ?? 0;
    if (own >= CONNECT_LIMITS.inFlightOfInstallation || all >= CONNECT_LIMITS.inFlight) {
      throw new ApiError("rate_limited", "Too many calls to other hosts are under way. Try again when some are answered.");
    }
    taken.set(installation, own + 1);
    all++;
    try {
      return await work();
    } finally {
      all--;
      const left = (taken.get(installation) ?? 1) - 1;
      if (left) taken.set(installation, left);
      else taken.delete(installation);
    }
  };
}
