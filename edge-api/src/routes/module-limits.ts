import type { InstallationId } from "@dramac/contracts";
import type { Caller } from "../services/caller.ts";
import { createRateLimit } from "../http/rate-limit.ts";

/** What one node accepts in a minute. A network is an IPv4 address or the /64 of an IPv6 address: the only part of a caller that cannot be invented. */
export const PER_MINUTE = {
  callsOfNetwork: 6_000,
  callsOfNetworkToInstallation: 1_200,
  callsOfVisitor: 600,
  callsToInstallation: 30_000,
  callsToTenant: 120_000,
  sessionsOfNetwork: 1_200,
  sessionsOfNetworkForInstallation: 120,
  beaconsOfNetwork: 1_200,
  beaconsOfNetworkOnSurface: 240,
  eventsOfNetworkOnSurface: 2_400,
} as const;

/**
 * Rate limits of what shells and beacons call. The limits of a network are checked first: calls above them use up nothing of the
 * limits that an installation or a tenant shares among all its visitors. Every check throws ApiError `rate_limited`, with Retry-After.
 */
export function createModuleLimits() {
  const limits = Object.fromEntries(Object.entries(PER_MINUTE).map(([name, points]) => [name, createRateLimit(points, 60)])) as Record<
    keyof typeof PER_MINUTE,
    ReturnType<typeof createRateLimit>
  >;

  return {
    /** Checked before anything is looked up. */
    async call(network: string, installation: InstallationId): Promise<void> {
      await limits.callsOfNetwork(network);
      await limits.callsOfNetworkToInstallation(`${network} ${installation}`);
    },
    /** Checked once the caller is known. */
    async caller({ sub, installation }: Caller): Promise<void> {
      if (sub !== undefined) await limits.callsOfVisitor(`${sub} ${installation.id}`);
      await limits.callsToInstallation(installation.id);
      await limits.callsToTenant(installation.agencyId);
    },
    /** Checked before the body is read; the installation is the one that the Origin header names. */
    async session(network: string, installation: InstallationId): Promise<void> {
      await limits.sessionsOfNetwork(network);
      await limits.sessionsOfNetworkForInstallation(`${network} ${installation}`);
    },
    /** Checked before the body is read. */
    beacon: (network: string): Promise<void> => limits.beaconsOfNetwork(network),
    async usage(network: string, surface: string, events: number): Promise<void> {
      await limits.beaconsOfNetworkOnSurface(`${network} ${surface}`);
      if (events) await limits.eventsOfNetworkOnSurface(`${network} ${surface}`, events);
    },
  };
}
