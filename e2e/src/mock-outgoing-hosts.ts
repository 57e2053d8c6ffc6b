import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, createServer as createListener, type Server } from "node:net";
import { connect } from "node:tls";
import type { OutgoingNetwork } from "@dramac/edge-api/network";
import { makeCertificate } from "./test-certificate.ts";

/** An address of the public internet. Connections to it end at the mock's server. */
export const PUBLIC_ADDRESS = "93.184.215.14";

/** Other hosts for tests: names that resolve as a test says, a TLS server at the one public address, and canary listeners at private ones. */
export interface MockOutgoingHosts {
  readonly network: OutgoingNetwork;
  /** The addresses of each name, one list for each look-up; the last list is used again. */
  readonly names: Map<string, (readonly string[])[]>;
  /** Addresses that were connected to. */
  readonly connected: string[];
  /** How many connections reached a listener that no call may reach. */
  canaryHits(): number;
  close(): Promise<void>;
}

const listen = (server: Server, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });

/** @param answer serves every declared host; the Host header tells which */
export async function startMockOutgoingHosts(
  hosts: readonly string[],
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<MockOutgoingHosts> {
  const { key, cert } = makeCertificate(hosts);
  const server = createServer({ key, cert }, answer);
  let hits = 0;
  const canary = createListener((socket) => {
    hits++;
    socket.destroy();
  });
  const [port, canaryPort] = [await listen(server, "127.0.0.1"), await listen(canary, "127.0.0.1")];
  const names = new Map(hosts.map((host) => [host, [[PUBLIC_ADDRESS]] as (readonly string[])[]]));
  const connected: string[] = [];
  return {
    names,
    connected,
    canaryHits: () => hits,
    network: {
      async resolve(host) {
        const answers = names.get(host) ?? [[]];
        return (answers.length > 1 ? answers.shift() : answers[0]) ?? [];
      },
      // What slips past the check is really connected to, and really counted.
      connect(address, host) {
        connected.push(address);
        const end = address === PUBLIC_ADDRESS ? { host: "127.0.0.1", port } : { host: address, port: canaryPort };
        return connect({ ...end, servername: host, ca: cert });
      },
    },
    async close() {
      server.closeAllConnections();
      await Promise.all([server, canary].map((one) => new Promise((done) => one.close(done))));
    },
  };
}
