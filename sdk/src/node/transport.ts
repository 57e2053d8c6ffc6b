import { RequestFailed, readProblem } from "./request-failed.ts";
import type { CallOptions, ClientOptions } from "./client-options.ts";
import { pause } from "./pause.ts";

const TIMEOUT_MS = 10_000;
const RETRIES = 2;
const BACKOFF_MS = 250;
/** When the platform asks for a longer pause, the call fails at once, and `retryAfterMs` says how long to wait. */
const MAX_PAUSE_MS = 30_000;

/** One HTTP request to the platform. */
export interface TransportRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  /** Whether sending it twice has the same effect as sending it once. */
  readonly isRepeatable: boolean;
}

/** Sends requests with the key, and repeats those that may be repeated. @throws TypeError for a malformed address or key */
export function createTransport({ platform, key, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS, retries = RETRIES, backoffMs = BACKOFF_MS }: ClientOptions) {
  const { origin, protocol } = new URL(platform);
  if (!/^https?:$/.test(protocol)) throw new TypeError(`platform has to be an http or https address, not ${platform}`);
  if (!/^[\w.~+/=-]+$/.test(key)) throw new TypeError("key has to be a secret key of the platform: it is empty, or has a space in it");

  async function send(request: TransportRequest, options: CallOptions): Promise<unknown> {
    for (let tries = 0; ; tries++) {
      const outcome = await sendOnce(request, options).then(
        (answer) => ({ answer }),
        (error: unknown) => ({ error }),
      );
      if ("answer" in outcome) return outcome.answer;
      const { error } = outcome;
      options.signal?.throwIfAborted();
      if (tries >= retries || !request.isRepeatable || !(error instanceof RequestFailed) || !error.isRetryable) throw error;
      const wait = pauseBefore(tries, error);
      if (wait > MAX_PAUSE_MS) throw error;
      await pause(wait, options.signal);
    }
  }

  /** Half of each pause is random: clients that failed at the same time should not all come back at the same time. */
  function pauseBefore(tries: number, { retryAfterMs = 0 }: RequestFailed): number {
    const backoff = backoffMs * 2 ** tries;
    return Math.max(retryAfterMs, backoff / 2 + (Math.random() * backoff) / 2);
  }

  async function sendOnce({ method, path, body, ifMatch }: TransportRequest, options: CallOptions): Promise<unknown> {
    const deadline = AbortSignal.timeout(options.timeoutMs ?? timeoutMs);
    const signal = options.signal ? AbortSignal.any([options.signal, deadline]) : deadline;
    try {
      const response = await fetch(origin + path, {
        method,
        signal,
        // The key must not be sent to another address.
        redirect: "error",
        headers: {
          accept: "application/json",
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { "content-type": "application/json" }),
          ...(ifMatch !== undefined && { "if-match": ifMatch }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw await readProblem(response);
      return await (response.headers.get("content-type")?.startsWith("text/csv") ? response.text() : response.json());
    } catch (error) {
      options.signal?.throwIfAborted();
      if (error instanceof RequestFailed) throw error;
      if (deadline.aborted) throw new RequestFailed("timeout", `${origin} did not answer in time. Try again, or raise timeoutMs.`, { cause: error });
      throw new RequestFailed("unreachable", `${origin} cannot be reached, or it is not the platform. Check the address.`, { cause: error });
    }
  }

  return send;
}

export type Transport = ReturnType<typeof createTransport>;
