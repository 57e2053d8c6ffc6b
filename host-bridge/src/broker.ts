import type { BlobMessage, Permission } from "@dramac/contracts";
import type { RequestError } from "./request.ts";
import type { ModuleLink } from "./module-link.ts";
import type { Session } from "./session.ts";
import type { ShellContext } from "./shell-context.ts";
import { type Call, createApiTransport, type Transport } from "./transport.ts";

/** Checks a module's calls against operations, permissions and limits, passes them on, and answers each call once. */
export function createBroker(context: ShellContext, session: Session, { send, deny }: ModuleLink, isAllowed: (permission: Permission) => boolean) {
  const {
    operations,
    init: { limits },
    signal: shellSignal,
    transport = createApiTransport(session, limits.requestMs),
  } = context;
  const running = new Map<number, AbortController>();

  /** Whether the module holds a permission. If not, the denial names the permission. */
  function may(permission: Permission, requestId?: number): boolean {
    const isHeld = isAllowed(permission);
    if (!isHeld) deny("permission_denied", requestId, undefined, permission);
    return isHeld;
  }

  async function run(call: Call, answer: Transport): Promise<void> {
    const { requestId, method, endpoint } = call;
    const operation = operations.find(({ pattern }) => new RegExp(pattern).test(`${method} ${endpoint}`));
    if (!operation) return deny("unknown_operation", requestId, `There is no ${method} ${endpoint}.`);
    if (operation.permission && !may(operation.permission, requestId)) return;
    if (running.size >= limits.inFlight) return deny("rate_limited", requestId);
    if (running.has(requestId)) return deny("malformed_message", requestId, "This requestId is in use.");
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, shellSignal]);
    running.set(requestId, controller);
    try {
      const { status, data } = await answer(call, signal);
      send({ type: "API_RESPONSE", requestId, status, data });
    } catch (error) {
      // An error without a code means that the connection broke in the middle of the answer.
      const { code = "unreachable", message, permission } = error as Partial<RequestError> & Error;
      deny(signal.aborted ? "cancelled" : code, requestId, message, permission);
    } finally {
      running.delete(requestId);
    }
  }

  return {
    may,
    call: (call: Call) => void run(call, transport),
    upload: ({ requestId, collection, name, mime, blob }: Extract<BlobMessage, { type: "UPLOAD" }>) =>
      void run({ requestId, method: "PUT", endpoint: "/media" }, async (_, signal) => {
        const query = new URLSearchParams({ collection, name });
        const response = await session.call(`media?${query}`, { method: "PUT", headers: { "content-type": mime }, body: blob, signal });
        return { status: 201, data: await response.json() };
      }),
    cancel: (requestId: number) => running.get(requestId)?.abort(),
  };
}

export type Broker = ReturnType<typeof createBroker>;
