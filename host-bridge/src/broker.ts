import type { BlobMessage, ModuleMessages, Permission, ProxyResponse, ShellConfiguration } from "@dramac/contracts";
import { type RequestError, post } from "./request.ts";
import type { ModuleLink } from "./module-link.ts";
import type { Session } from "./session.ts";

type Answer = Pick<ProxyResponse, "status" | "data">;
type Call = Omit<ModuleMessages["API_REQUEST"], "type">;

/** Has a call answered that passed every check. */
export type Transport = (call: Call, signal: AbortSignal) => Promise<Answer>;

/**
 * Carries a module's calls to the API: looked up, permission-checked, bounded, cancellable, answered once.
 * @param carry by the API, unless a test build brings another way
 */
export function createBroker(
  { operations, init: { limits } }: ShellConfiguration,
  session: Session,
  { send, deny }: ModuleLink,
  isAllowed: (permission: Permission) => boolean,
  signal: AbortSignal,
  transport: Transport = createApiTransport(session, limits.requestMs),
) {
  const running = new Map<number, AbortController>();
  const known = operations.map(({ pattern, permission }) => ({ pattern: new RegExp(pattern), permission }));
  signal.addEventListener("abort", () => {
    for (const controller of running.values()) controller.abort();
  });

  /** Whether the module holds a permission; one that it lacks is answered with its name. */
  function may(permission: Permission, requestId?: number): boolean {
    const isHeld = isAllowed(permission);
    if (!isHeld) deny("permission_denied", requestId, undefined, permission);
    return isHeld;
  }

  async function run(call: Call, answer: Transport): Promise<void> {
    const { requestId, method, endpoint } = call;
    const operation = known.find(({ pattern }) => pattern.test(`${method} ${endpoint}`));
    if (!operation) return deny("unknown_operation", requestId, `There is no ${method} ${endpoint}.`);
    if (operation.permission && !may(operation.permission, requestId)) return;
    if (running.size >= limits.inFlight) return deny("rate_limited", requestId);
    if (running.has(requestId)) return deny("malformed_message", requestId, "This requestId is in use.");
    const controller = new AbortController();
    running.set(requestId, controller);
    try {
      const { status, data } = await answer(call, controller.signal);
      send({ type: "API_RESPONSE", requestId, status, data });
    } catch (error) {
      /* Without a code: an answer that broke off. */
      const { code = "unreachable", message, permission } = error as Partial<RequestError> & Error;
      deny(controller.signal.aborted ? "cancelled" : code, requestId, message, permission);
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

function createApiTransport(session: Session, timeoutMs: number): Transport {
  return async ({ requestId, method, endpoint, data }, cancelled) => {
    const response = await session.call("proxy", {
      ...post({ requestId, method, endpoint, data }),
      signal: AbortSignal.any([cancelled, AbortSignal.timeout(timeoutMs)]),
    });
    return (await response.json()) as Answer;
  };
}

export type Broker = ReturnType<typeof createBroker>;
