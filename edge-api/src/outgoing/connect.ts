import { CONNECT_LIMITS, type ConnectMethod, ConnectRequestSchema, type ConnectResponse, connectHostOf } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { networkOf } from "../http/client-network.ts";
import type { Caller } from "../services/caller.ts";
import { presentAnswer } from "./answer.ts";
import { type OutgoingCall, exchange } from "./exchange.ts";
import { headersToSend } from "./headers.ts";
import type { InstallationSecrets, SecretHeader } from "./installation-secrets.ts";
import type { OutgoingNetwork } from "./network.ts";
import type { IsOwnHost } from "./own-hosts.ts";
import { createCallSlots } from "./call-slots.ts";
import { parseAddress, requireReachable } from "./reachable.ts";

const REDIRECTS = [301, 302, 303, 307, 308];

/** Calls other hosts for modules. Each hop is checked first: against the manifest, the installer's grants and the resolved address. */
export function createConnect(services: { database: Database; network: OutgoingNetwork; secrets: InstallationSecrets; isOwnHost: IsOwnHost }) {
  const { database, network, secrets, isOwnHost } = services;
  const withSlot = createCallSlots();

  /** Checks one hop. @returns the headers with secrets for it */
  function prepare(caller: Caller, method: ConnectMethod, url: URL): Promise<readonly SecretHeader[]> {
    const { installation } = caller;
    return database.withTenant(installation.agencyId, async (tx) => {
      const rows = await tx`select host from installation_hosts where installation_id = ${installation.id}`;
      // Modules that the platform runs everywhere have no installer, so their manifest decides.
      const agreed = installation.level === "platform" ? installation.manifest.connect.map(connectHostOf) : rows.map(({ host }) => host as string);
      requireReachable(caller, method, url, { agreed: new Set(agreed), isOurs: isOwnHost });
      return secrets.headersFor(tx, installation, url.hostname);
    });
  }

  async function follow(caller: Caller, first: OutgoingCall & { readonly method: ConnectMethod }, signal: AbortSignal): Promise<ConnectResponse> {
    let call = first;
    for (let hop = 0; ; hop++) {
      const hidden = await prepare(caller, call.method, call.url);
      const headers = { ...call.headers, ...Object.fromEntries(hidden.map(({ name, value }) => [name, value])) };
      const answer = await exchange(network, { ...call, headers }, signal);
      const { location } = answer.headers;
      if (!REDIRECTS.includes(answer.status) || location === undefined) return presentAnswer(answer, call.url.hostname, hidden);
      if (hop === CONNECT_LIMITS.redirects)
        throw new ApiError("upstream_failed", `${call.url.hostname} redirects more than ${CONNECT_LIMITS.redirects} times.`);
      call = redirected(call, answer.status, location);
    }
  }

  return function connect(caller: Caller, method: ConnectMethod, rest: string, data: unknown): Promise<ConnectResponse> {
    const { installation, client } = caller;
    return withSlot({ network: networkOf(client.address), installation: installation.id, agency: installation.agencyId }, async () => {
      const url = parseAddress(rest);
      const request = parse(ConnectRequestSchema, data ?? {});
      const body = bodyOf(method, request);
      const headers = { accept: "application/json, text/*;q=0.5", ...headersToSend(request.headers), ...body?.headers, ...FIXED };
      return follow(caller, { method, url, headers, body: body?.bytes }, AbortSignal.timeout(CONNECT_LIMITS.timeoutMs));
    });
  };
}

/** Headers that a module cannot change. */
const FIXED = { "accept-encoding": "identity", "user-agent": "DRAMAC-Connect" };

function bodyOf(method: ConnectMethod, { body, headers }: { body?: unknown; headers: Readonly<Record<string, string>> }) {
  if (body === undefined) return undefined;
  if (method === "GET") throw new ApiError("validation_failed", "A GET has no body.", { faults: [{ path: "/body", message: "remove it" }] });
  const contentType = headersToSend(headers)["content-type"];
  const isText = typeof body === "string" && contentType !== undefined && !/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType);
  const bytes = Buffer.from(isText ? body : JSON.stringify(body));
  if (bytes.length > CONNECT_LIMITS.requestBytes)
    throw new ApiError("payload_too_large", `At most ${CONNECT_LIMITS.requestBytes} bytes are sent to another host.`);
  return { bytes, headers: { "content-type": contentType ?? "application/json" } };
}

/** The next hop, as in browsers: 307 and 308 keep method and body, other redirects become a GET. */
function redirected(
  call: OutgoingCall & { readonly method: ConnectMethod },
  status: number,
  location: string,
): OutgoingCall & { readonly method: ConnectMethod } {
  if (!URL.canParse(location, call.url.href)) throw new ApiError("upstream_failed", `${call.url.hostname} redirects to an invalid address.`);
  const url = new URL(location, call.url);
  if (status === 307 || status === 308) return { ...call, url };
  const { "content-type": _, ...headers } = call.headers;
  return { method: "GET", url, headers, body: undefined };
}

export type Connect = ReturnType<typeof createConnect>;
