import type { Method, ShellMessage } from "@dramac/contracts";
import { createDeadlines } from "./deadlines.ts";
import { adviceFor, BridgeClosed, RequestFailed } from "./errors.ts";

export interface RequestOptions {
  /** Cancels the call, here and at the API. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the call fails with `timeout`; 10,000 unless given. */
  readonly timeoutMs?: number;
}

const CANCELLED = "The call was cancelled.";

type Answer = Extract<ShellMessage, { type: "API_RESPONSE" | "API_DENIED" }>;
interface Pending {
  resolve(data: unknown): void;
  reject(error: RequestFailed): void;
  /** Stops listening to the caller's signal. */
  forget?: (() => void) | undefined;
}

/** Sends calls and matches their answers by number. Each call has a timeout and can be cancelled. */
export function createRequests(post: (message: object) => void, defaultTimeoutMs: number) {
  const pending = new Map<number, Pending>();
  const deadlines = createDeadlines((requestId) => giveUp(requestId, "timeout", "No answer in time. Try again."));
  let last = 0;
  let closed = false;

  function send(message: (requestId: number) => object, { signal, timeoutMs = defaultTimeoutMs }: RequestOptions): Promise<unknown> {
    if (closed) return Promise.reject(new BridgeClosed());
    if (signal?.aborted) return Promise.reject(new RequestFailed("cancelled", CANCELLED));
    const requestId = ++last;
    return new Promise((resolve, reject) => {
      const abort = () => giveUp(requestId, "cancelled", CANCELLED);
      signal?.addEventListener("abort", abort);
      pending.set(requestId, { resolve, reject, forget: signal && (() => signal.removeEventListener("abort", abort)) });
      deadlines.set(requestId, timeoutMs);
      post(message(requestId));
    });
  }

  function giveUp(requestId: number, code: "timeout" | "cancelled", text: string): void {
    post({ type: "API_CANCEL", requestId });
    takePending(requestId)?.reject(new RequestFailed(code, text));
  }

  function takePending(requestId = 0): Pending | undefined {
    const one = pending.get(requestId);
    pending.delete(requestId);
    deadlines.clear(requestId);
    one?.forget?.();
    return one;
  }

  return {
    /** @throws RequestFailed with the code of the refusal; {@link BridgeClosed} on teardown */
    request: (method: Method, endpoint: string, data?: unknown, options: RequestOptions = {}): Promise<unknown> =>
      send((requestId) => ({ type: "API_REQUEST", requestId, method, endpoint, data }), options),
    send,
    receive(answer: Answer): void {
      const one = takePending(answer.requestId);
      if (answer.type === "API_RESPONSE") return one?.resolve(answer.data);
      const { code, permission, message = adviceFor(code, permission) } = answer;
      if (one) one.reject(new RequestFailed(code, message, permission));
      // No caller waits for the answer to an event, a download or a subscription, so its refusal goes to the console.
      else console.warn(`${code}: ${message}`);
    },
    close(): void {
      closed = true;
      for (const requestId of [...pending.keys()]) takePending(requestId)?.reject(new BridgeClosed());
    },
  };
}
