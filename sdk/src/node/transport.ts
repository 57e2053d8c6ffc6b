import { RequestFailed, readProblem } from "./request-failed.ts";
import type { CallOptions, ClientOptions } from "./client-options.ts";
import { pause } from "./pause.ts";

const TIMEOUT_MS = 10_000;
const RETRIES = 2;
const BACKOFF_MS = 250;
/** Whoever is asked to wait longer than this is better told so. */
const LONGEST_PAUSE_MS = 30_000;

/** One call, as it goes over the line. */
export interface TransportRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly body?: unknown;
  readonly ifMatch?: string | undefined;
  /** Whether doing it twice does no more than doing it once. */
  readonly isRepeatable: boolean;
}

/** Sends calls with the key; tries again what may be tried again. @throws TypeError for an address or a key that cannot be one */
export function createTransport({ platform, key, fetch = globalThis.fetch, timeoutMs = TIMEOUT_MS, retries = RETRIES, backoffMs = BACKOFF_MS }: ClientOptions) {
  const { origin, protocol } = new URL(platform);
  if (!/^https?:$/.test(protocol)) throw new TypeError(`platform is an http or https address, not ${platform}`);
  if (!/^[\w.~+/=-]+$/.test(key)) throw new TypeError("key is a secret key of the platform: it is empty, or holds a space");

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
      if (wait > LONGEST_PAUSE_MS) throw error;
      await pause(wait, options.signal);
    }
  }

  /** Half of each pause is left to chance, so that clients that failed together do not come back together. */
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
        // A key follows nobody to another address.
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
      if (deadline.aborted)
        throw new RequestFailed("timeout", `No answer from ${origin} in time. Try again, or give it longer with timeoutMs.`, { cause: error });
      throw new RequestFailed("unreachable", `${origin} cannot be reached, or what answered is not the platform. Check the address.`, { cause: error });
    }
  }

  return send;
}

export type Transport = ReturnType<typeof createTransport>;
