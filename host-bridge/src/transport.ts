import type { ModuleMessages, ProxyResponse } from "@dramac/contracts";
import { post } from "./request.ts";
import type { Session } from "./session.ts";

export type Call = Omit<ModuleMessages["API_REQUEST"], "type">;

/** Answers a call that passed every check of the broker. */
export type Transport = (call: Call, signal: AbortSignal) => Promise<Pick<ProxyResponse, "status" | "data">>;

/** Sends calls to the proxy route of the API. */
export function createApiTransport(session: Session, timeoutMs: number): Transport {
  return async ({ requestId, method, endpoint, data }, signal) => {
    const response = await session.call("proxy", {
      ...post({ requestId, method, endpoint, data }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return (await response.json()) as ProxyResponse;
  };
}
