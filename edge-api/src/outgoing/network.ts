import { Resolver } from "node:dns/promises";
import type { Duplex } from "node:stream";
import { connect } from "node:tls";

/** How other hosts are found and reached. Handed in by tests; a running platform has only {@link systemNetwork}. */
export interface OutgoingNetwork {
  /** Every address of a name, or none. */
  resolve(host: string): Promise<readonly string[]>;
  /** A TLS connection to the address, on port 443, to a peer that proves to be `host`. */
  connect(address: string, host: string): Duplex;
}

/** The resolver's own time, so that a slow name server leaves some for the call itself. */
const RESOLVE = { timeout: 2_000, tries: 2 };

/**
 * Asks name servers, not the system's own list of names (which knows local ones), and waits outside the thread pool,
 * which slow names would fill for everybody.
 */
export const systemNetwork: OutgoingNetwork = {
  async resolve(host) {
    const resolver = new Resolver(RESOLVE);
    const found = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    return found.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  },
  connect: (address, host) => connect({ host: address, port: 443, servername: host, ALPNProtocols: ["http/1.1"] }),
};
