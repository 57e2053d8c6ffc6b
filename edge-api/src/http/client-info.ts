import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Context } from "hono";
import type { ClientInfo } from "../services/audit.ts";
import { addressOf, clientAddress } from "./client-network.ts";
import { requestIdOf } from "./request-id.ts";

/** Reads the client's address and the request id from a request of the router, or of Node. */
export function createClientInfo(trustedProxies: number) {
  return {
    clientInfoOf: (context: Context): ClientInfo => ({ address: clientAddress(context, trustedProxies), requestId: requestIdOf(context.req.raw) }),
    clientInfoOfRequest: ({ headers, socket }: IncomingMessage): ClientInfo => ({
      address: addressOf(headers["x-forwarded-for"] as string | undefined, socket.remoteAddress ?? "unknown", trustedProxies),
      requestId: randomUUID(),
    }),
  };
}
