import type { Method, ShellMessage } from "@dramac/contracts";
import { adviceFor, BridgeClosed, RequestFailed } from "./errors.ts";

export interface RequestOptions {
  /** Cancels the call on both ends. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the call fails with `timeout`; 10,000 unless given. */
  readonly timeoutMs?: number;
}

type Answer = Extract<ShellMessage, { type: "API_RESPONSE" | "API_DENIED" }>;
interface Pending {
  resolve(data: unknown): void;
  reject(fault: RequestFailed): void;
}

/** The calls that wait for an answer: numbered, bounded in time, cancellable. */
export function createRequests(post: (message: object) => void, defaultTimeoutMs: number) {
  const pending = new Map<number, Pending>();
  let last = 0;
  let closed = false;

  function send(message: (requestId: number) => object, options: RequestOptions): Promise<unknown> {
    if (closed) return Promise.reject(new BridgeClosed());
    const requestId = ++last;
    return new Promise((resolve, reject) => {
      const give = (code: "timeout" | "cancelled", text: string) => {
        post({ type: "API_CANCEL", requestId });
        settle(requestId)?.reject(new RequestFailed(code, text));
      };
      const timer = setTimeout(give, options.timeoutMs ?? defaultTimeoutMs, "timeout", "No answer in time. Try again.");
      const abort = () => give("cancelled", "The call was cancelled.");
      const done = () => {
        clearTimeout(timer);
        options.signal?.removeEventListener("abort", abort);
      };
      pending.set(requestId, {
        resolve(data) {
          done();
          resolve(data);
        },
        reject(fault) {
          done();
          reject(fault);
        },
      });
      if (options.signal?.aborted) return abort();
      options.signal?.addEventListener("abort", abort);
      post(message(requestId));
    });
  }

  function settle(requestId: number | undefined): Pending | undefined {
    const one = pending.get(requestId as number);
    pending.delete(requestId as number);
    return one;
  }

  return {
    /** @throws RequestFailed with the code of the refusal, {@link BridgeClosed} on teardown */
    request: (method: Method, endpoint: string, data?: unknown, options: RequestOptions = {}): Promise<unknown> =>
      send((requestId) => ({ type: "API_REQUEST", requestId, method, endpoint, data }), options),
    send,
    receive(answer: Answer): void {
      const one = settle(answer.requestId);
      if (answer.type === "API_RESPONSE") return one?.resolve(answer.data);
      const { code, permission, message = adviceFor(code, permission) } = answer;
      if (one) one.reject(new RequestFailed(code, message, permission));
      // Nobody waits for this one: a refused event, download or subscription would else go unnoticed.
      else console.warn(`${code}: ${message}`);
    },
    close(): void {
      closed = true;
      for (const requestId of [...pending.keys()]) settle(requestId)?.reject(new BridgeClosed());
    },
  };
}
