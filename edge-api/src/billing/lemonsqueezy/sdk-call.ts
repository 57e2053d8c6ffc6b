import { lemonSqueezySetup } from "@lemonsqueezy/lemonsqueezy.js";
import { BillingUnavailable } from "../provider.ts";

const SDK_ORIGIN = "https://api.lemonsqueezy.com";

/** What the SDK's functions return, as far as we trust it. */
export type SdkCall = () => Promise<{ readonly data: unknown }>;

/** One answer as it came over the line. `undefined` instead of a body that is no JSON. */
export interface Answer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}

/**
 * Calls the SDK once, with this key and at this address.
 *
 * The SDK keeps its key in the module, writes its address into every call, and asks the global `fetch`. All three are read before it waits
 * for anything. So key and fetch are put in place, the function is called, and both are taken away again, without a single `await` in
 * between: no other code of the process can run while they stand, whatever else is calling, in the other mode too. Between calls the SDK
 * has no key at all.
 *
 * Our fetch keeps the answer itself, because the SDK loses headers, and turns 204 and pages of HTML into errors of other kinds.
 * @throws BillingUnavailable when nobody answered in time
 */
export async function callSdk(call: SdkCall, { apiKey, apiUrl, timeoutMs }: { apiKey: string; apiUrl: string; timeoutMs: number }): Promise<Answer> {
  const globalFetch = globalThis.fetch;
  const line: { asked?: Promise<Answer> } = {};
  const fetchElsewhere: typeof fetch = async (target, init) => {
    const url = new URL(String(target));
    if (url.origin !== SDK_ORIGIN) throw new Error(`The SDK of Lemon Squeezy called ${url.origin}.`);
    line.asked = ask(globalFetch, `${apiUrl}${url.pathname}${url.search}`, { ...init, signal: AbortSignal.timeout(timeoutMs), redirect: "error" });
    const { status, body } = await line.asked;
    return Response.json(body ?? null, { status: status === 204 ? 200 : status });
  };

  let answered: ReturnType<SdkCall>;
  try {
    globalThis.fetch = fetchElsewhere;
    lemonSqueezySetup({ apiKey });
    answered = call();
  } finally {
    globalThis.fetch = globalFetch;
    lemonSqueezySetup({});
  }
  // It puts what went wrong into its answer, and so never rejects; what came over the line is with us.
  await answered;
  if (!line.asked) throw new Error("The SDK of Lemon Squeezy no longer asks at once: its key and its fetch cannot be put in place for one call.");
  return line.asked;
}

async function ask(fetch: typeof globalThis.fetch, url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body: parse(text) };
  } catch (error) {
    const isLate = (error as Error).name === "TimeoutError";
    throw new BillingUnavailable(isLate ? "Lemon Squeezy did not answer in time." : "Lemon Squeezy could not be reached, or broke off.");
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
