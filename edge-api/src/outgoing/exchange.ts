import { type IncomingMessage, request } from "node:http";
import { CONNECT_LIMITS } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { OutgoingNetwork } from "./network.ts";
import { isPublicAddress } from "./public-address.ts";

export interface OutgoingCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export interface Exchanged {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly bytes: Buffer;
}

/**
 * Sends one request and reads the response. The host's address is resolved and checked, and the connection is made to exactly that
 * address, so a DNS answer that changes in between has no effect.
 * @throws ApiError `host_not_allowed`, `upstream_failed`, `timeout`
 */
export async function exchange(network: OutgoingNetwork, call: OutgoingCall, signal: AbortSignal): Promise<Exchanged> {
  const { hostname } = call.url;
  try {
    const address = await findAddress(network, hostname, signal);
    return await send(network, address, call, signal);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    if (signal.aborted) throw new ApiError("timeout", `${hostname} did not answer within ${CONNECT_LIMITS.timeoutMs / 1_000} s.`);
    // The cause could reveal our network, and a module could not act on it.
    throw new ApiError("upstream_failed", `${hostname} could not be reached, or closed the connection. Try again later.`);
  }
}

/** @throws ApiError `host_not_allowed` when any address of the name is not public, because then the others cannot be trusted */
async function findAddress(network: OutgoingNetwork, host: string, signal: AbortSignal): Promise<string> {
  signal.throwIfAborted();
  const late = new Promise<never>((_, refuse) => signal.addEventListener("abort", () => refuse(signal.reason), { once: true }));
  const addresses = await Promise.race([network.resolve(host), late]);
  if (!addresses.every(isPublicAddress)) throw new ApiError("host_not_allowed", `${host} resolves to an address that is not public.`);
  const [first] = addresses;
  if (first === undefined) throw new ApiError("upstream_failed", `${host} has no address.`);
  return first;
}

function send(network: OutgoingNetwork, address: string, { method, url, headers, body }: OutgoingCall, signal: AbortSignal): Promise<Exchanged> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      method,
      path: `${url.pathname}${url.search}`,
      setHost: false,
      headers: { ...headers, host: url.hostname, "content-length": String(body?.length ?? 0), connection: "close" },
      createConnection: () => network.connect(address, url.hostname),
      signal,
    });
    outgoing.on("error", reject);
    outgoing.on("response", (incoming) => {
      readAll(incoming).then(resolve, (error: unknown) => {
        outgoing.destroy();
        reject(error);
      });
    });
    outgoing.end(body);
  });
}

async function readAll(incoming: IncomingMessage): Promise<Exchanged> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > CONNECT_LIMITS.answerBytes)
      throw new ApiError("upstream_failed", `The answer is larger than ${CONNECT_LIMITS.answerBytes} bytes. Ask for less.`);
    chunks.push(chunk);
  }
  return { status: incoming.statusCode ?? 0, headers: incoming.headers, bytes: Buffer.concat(chunks) };
}
