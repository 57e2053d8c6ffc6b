import type { BlobMessage, ErrorCode, Limits, ModuleMessages, Permission, ProxyResponse, ShellMessage, ShellOperation } from "@dramac/contracts";
import { type Fault, post } from "./fault.ts";
import type { Session } from "./session.ts";

type Answer = Pick<ProxyResponse, "status" | "data">;
type Call = ModuleMessages["API_REQUEST"];

/** Has a call answered that passed every check. */
export type Carry = (call: Call, signal: AbortSignal) => Promise<Answer>;

export interface BrokerOptions {
  readonly session: Session;
  readonly limits: Limits;
  /** What may be asked for at all; what is not listed is denied. */
  readonly operations: readonly ShellOperation[];
  isAllowed(permission: Permission): boolean;
  send(message: ShellMessage): void;
  onCall(operation: string): void;
  /** By the API, unless a test build brings another way. */
  readonly carry?: Carry | undefined;
}

/** Carries a module's calls to the API: looked up, permission-checked, bounded, cancellable, answered once. */
export function createBroker({ session, limits, operations, isAllowed, send, onCall, carry = viaApi(session, limits.requestMs) }: BrokerOptions) {
  const running = new Map<number, AbortController>();
  let isOpen = true;

  function deny(code: ErrorCode, message: string, requestId?: number, permission?: Permission): void {
    send({ type: "API_DENIED", requestId, code, message, permission });
  }

  /** Whether the module holds a permission; one that it lacks is answered with its name. */
  function may(permission: Permission, requestId?: number): boolean {
    const isHeld = isAllowed(permission);
    if (!isHeld) deny("permission_denied", `Ask for ${permission} in the manifest and have it granted.`, requestId, permission);
    return isHeld;
  }

  async function run(requestId: number, work: (signal: AbortSignal) => Promise<Answer>): Promise<void> {
    if (running.size >= limits.inFlight) return deny("rate_limited", `At most ${limits.inFlight} calls at a time.`, requestId);
    if (running.has(requestId)) return deny("malformed_message", "This requestId is in use.", requestId);
    const controller = new AbortController();
    running.set(requestId, controller);
    try {
      const { status, data } = await work(controller.signal);
      if (isOpen) send({ type: "API_RESPONSE", requestId, status, data });
    } catch (fault) {
      const { code = "internal", message, permission } = fault as Partial<Fault> & Error;
      if (isOpen) deny(controller.signal.aborted ? "cancelled" : code, message, requestId, permission);
    } finally {
      running.delete(requestId);
    }
  }

  return {
    deny,
    may,
    call(call: Call): void {
      const { requestId, method, endpoint } = call;
      const operation = operations.find(({ pattern }) => new RegExp(pattern).test(`${method} ${endpoint}`));
      if (!operation) return deny("unknown_operation", `There is no ${method} ${endpoint}.`, requestId);
      if (operation.permission && !may(operation.permission, requestId)) return;
      void run(requestId, (signal) => {
        onCall(operation.name);
        return carry(call, signal);
      });
    },
    upload({ requestId, collection, name, mime, blob }: Extract<BlobMessage, { type: "UPLOAD" }>): void {
      if (!may("access:storage", requestId)) return;
      void run(requestId, async (signal) => {
        const query = new URLSearchParams({ collection, name });
        const response = await session.call(`media?${query}`, { method: "PUT", headers: { "content-type": mime }, body: blob, signal });
        return { status: response.status, data: await response.json() };
      });
    },
    cancel: (requestId: number) => running.get(requestId)?.abort(),
    close(): void {
      isOpen = false;
      for (const controller of running.values()) controller.abort();
    },
  };
}

function viaApi(session: Session, timeoutMs: number): Carry {
  return async ({ requestId, method, endpoint, data }, cancelled) => {
    const response = await session.call("proxy", {
      ...post({ requestId, method, endpoint, data }),
      signal: AbortSignal.any([cancelled, AbortSignal.timeout(timeoutMs)]),
    });
    return (await response.json()) as Answer;
  };
}

export type Broker = ReturnType<typeof createBroker>;
