import { Resolver } from "node:dns/promises";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";

/** How other hosts are resolved and reached. Tests pass their own; a running platform uses {@link systemNetwork} only. */
export interface OutgoingNetwork {
  /** All addresses of a name; empty when there are none. */
  resolve(host: string): Promise<readonly string[]>;
  /** Opens a TLS connection to the address on port 443; the peer must have a certificate for `host`. */
  connect(address: string, host: string): Duplex;
}

/** Limits of the resolver, so that a slow name server leaves time for the call itself. */
const RESOLVE = { timeout: 2_000, tries: 2 };

/**
 * Asks name servers instead of the system's resolver, which also knows local names and blocks a thread of the pool for every
 * slow name.
 */
export const systemNetwork: OutgoingNetwork = {
  async resolve(host) {
    const resolver = new Resolver(RESOLVE);
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return found.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  },
  connect: (address, host) => connect({ host: address, port: 443, servername: host, ALPNProtocols: ["http/1.1"] }),
};
