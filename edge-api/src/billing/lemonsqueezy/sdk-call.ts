import { lemonSqueezySetup } from "@lemonsqueezy/lemonsqueezy.js";
import { BillingUnavailable } from "../provider.ts";

const SDK_ORIGIN = "https://api.lemonsqueezy.com";

/** A call of one of the SDK's functions. */
export type SdkCall = () => Promise<{ readonly data: unknown }>;

/** One HTTP answer. `body` is `undefined` if it is not JSON. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}

/**
 * Calls the SDK once, with this key and at this address.
 *
 * The SDK keeps its key in a module variable, has a fixed base URL, and uses the global `fetch`. It reads all three before its first
 * `await`. So this function sets key and fetch, calls the SDK, and removes both again, without an `await` in between: no other code of
 * the process can run meanwhile. Between calls the SDK has no key.
 *
 * Our fetch keeps the answer itself, because the SDK drops headers, and turns 204 and HTML pages into other errors.
 * @throws BillingUnavailable if there was no answer in time
 */
export async function callSdk(call: SdkCall, { apiKey, apiUrl, timeoutMs }: { apiKey: string; apiUrl: string; timeoutMs: number }): Promise<Answer> {
  const globalFetch = globalThis.fetch;
  const request: { answer?: Promise<Answer> } = {};
  const fetchElsewhere: typeof fetch = async (target, init) => {
    const url = new URL(String(target));
    if (url.origin !== SDK_ORIGIN) throw new Error(`The SDK of Lemon Squeezy called ${url.origin}.`);
    request.answer = send(globalFetch, `${apiUrl}${url.pathname}${url.search}`, { ...init, signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
    const { status, body } = await request.answer;
    return Response.json(body ?? null, { status: status === 204 ? 200 : status });
  };

  let sdkResult: ReturnType<SdkCall>;
  try {
    globalThis.fetch = fetchElsewhere;
    lemonSqueezySetup({ apiKey });
    sdkResult = call();
  } finally {
    globalThis.fetch = globalFetch;
    lemonSqueezySetup({});
  }
  // The SDK reports errors in its result, so it never rejects. Our fetch has the answer.
  await sdkResult;
  if (!request.answer) throw new Error("The SDK of Lemon Squeezy no longer calls fetch before its first await: key and fetch cannot be set for one call.");
  return request.answer;
}

async function send(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body: parse(text) };
  } catch (error) {
    const isLate = (error as Error).name === "TimeoutError";
    throw new BillingUnavailable(isLate ? "Lemon Squeezy did not answer in time." : "Lemon Squeezy could not be reached, or closed the connection.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
