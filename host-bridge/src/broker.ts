import type { ErrorCode, ModuleMessages, Permission, ProxyResponse, ShellConfiguration, ShellMessage } from "@dramac/contracts";
import { matchEndpoint } from "@dramac/contracts/match-endpoint";
import { ApiFault, fetchJson, type Session } from "./session.ts";

export interface BrokerOptions {
  readonly platform: string;
  readonly installation: string;
  readonly session: Session;
  readonly maxInFlight: number;
  readonly timeoutMs: number;
  isAllowed(permission: Permission): boolean;
  send(message: ShellMessage): void;
  onCall(operation: string): void;
  /** What may be asked for at all; what is not listed is denied. */
  readonly operations: ShellConfiguration["operations"];
  /** The installation may not run any more. */
  onGone(message: string): void;
  /** Answers an endpoint without the API; test builds use it for `echo`. */
  readonly local?: (request: ModuleMessages["API_REQUEST"]) => unknown;
}

/** Carries a module's calls to the API: looked up, permission-checked, bounded, cancellable, answered once. */
export function createBroker(options: BrokerOptions) {
  const running = new Map<number, AbortController>();
  let open = true;

  function deny(requestId: number, code: ErrorCode, message: string, permission?: Permission): void {
    options.send({ type: "API_DENIED", requestId, code, message, ...(permission && { permission }) });
  }

  async function call(request: ModuleMessages["API_REQUEST"]): Promise<void> {
    const { requestId, method, endpoint, data } = request;
    const local = options.local?.(request);
    if (local !== undefined) return options.send({ type: "API_RESPONSE", requestId, status: 200, data: local });
    const operation = Object.keys(options.operations).find((one) => matchEndpoint(one, `${method} ${endpoint}`));
    if (!operation) return deny(requestId, "unknown_operation", `There is no ${method} ${endpoint}.`);
    const permission = options.operations[operation];
    if (permission && !options.isAllowed(permission)) {
      return deny(requestId, "permission_denied", `Ask for ${permission} in the manifest and have it granted.`, permission);
    }
    if (running.size >= options.maxInFlight) {
      return deny(requestId, "rate_limited", `At most ${options.maxInFlight} calls at a time. Wait for an answer first.`);
    }
    if (running.has(requestId)) return deny(requestId, "malformed_message", "This request id is in use.");
    const controller = new AbortController();
    running.set(requestId, controller);
    options.onCall(operation);
    try {
      const body = { requestId, method, endpoint, ...(data !== undefined && { data }) };
      const answer = await send(JSON.stringify(body), controller.signal);
      if (open) options.send({ type: "API_RESPONSE", requestId, status: answer.status, data: answer.data });
    } catch (fault) {
      if (open) refuse(requestId, fault, controller.signal);
    } finally {
      running.delete(requestId);
    }
  }

  async function send(body: string, cancelled: AbortSignal, again = true): Promise<ProxyResponse> {
    const { token } = await options.session.get();
    try {
      return await fetchJson<ProxyResponse>(`${options.platform}/api/modules/${options.installation}/proxy`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body,
        signal: AbortSignal.any([cancelled, AbortSignal.timeout(options.timeoutMs)]),
      });
    } catch (fault) {
      if (!again || !(fault instanceof ApiFault) || fault.code !== "token_expired") throw fault;
      options.session.drop();
      return send(body, cancelled, false);
    }
  }

  function refuse(requestId: number, fault: unknown, signal: AbortSignal): void {
    const { code, message, permission } = fault instanceof ApiFault ? fault : new ApiFault("internal", String(fault));
    if (code === "gone") options.onGone(message);
    deny(requestId, signal.aborted ? "cancelled" : code, message, permission);
  }

  return {
    call,
    cancel: (requestId: number) => running.get(requestId)?.abort(),
    close(): void {
      open = false;
      for (const controller of running.values()) controller.abort();
    },
  };
}
