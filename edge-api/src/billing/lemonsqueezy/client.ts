import { z } from "zod";
import { type BillingMode, BillingRefused, BillingUnavailable } from "../provider.ts";
import { createRequestPacer, type Timing } from "./request-pacer.ts";
import { type Answer, callSdk, type SdkCall } from "./sdk-call.ts";

const MAX_ATTEMPTS = 4;
const TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 500;
/** No attempt starts later than this after the call. A person who clicked waits for a shorter time than work in the background. */
const FOREGROUND_DEADLINE_MS = 20_000;
const BACKGROUND_DEADLINE_MS = 300_000;
/** The limit of Lemon Squeezy is 300 for each account, which other programs may use too. */
const CALLS_PER_MINUTE = 240;

export interface ClientOptions {
  readonly apiKeys: Readonly<Partial<Record<BillingMode, string>>>;
  /** Base URL of every call, without a slash at its end. Tests set it to a mock server. */
  readonly apiUrl: string;
  readonly timing: Timing;
  readonly callsPerMinute?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface CallKind {
  /** No person waits for the answer. */
  readonly isBackground?: boolean;
  /** False if doing it twice has another effect than doing it once: then it is repeated only if it was certainly not done. */
  readonly isRepeatable?: boolean;
  /** An answer without a body means success. */
  readonly mayBeEmpty?: boolean;
}

const ErrorsSchema = z.object({ errors: z.array(z.object({ title: z.string().optional(), detail: z.string().optional() })).min(1) });

/** Creates a client that limits the rate of calls, ends each in time, and repeats it where that is safe. Both modes share one rate limit. */
export function createClient({ apiKeys, apiUrl, timing, callsPerMinute = CALLS_PER_MINUTE, timeoutMs = TIMEOUT_MS }: ClientOptions) {
  const pacer = createRequestPacer(callsPerMinute, timing);

  /**
   * @returns the answer, with status 2xx or 404
   * @throws BillingUnavailable if no attempt succeeded, BillingRefused if Lemon Squeezy refuses the call
   */
  return async function call(
    mode: BillingMode,
    sdkCall: SdkCall,
    { isBackground = false, isRepeatable = true, mayBeEmpty = false }: CallKind = {},
  ): Promise<Answer> {
    const apiKey = apiKeys[mode];
    if (apiKey === undefined) throw new BillingRefused(`There is no key of Lemon Squeezy for ${mode} mode: configure one.`);
    const latest = timing.now() + (isBackground ? BACKGROUND_DEADLINE_MS : FOREGROUND_DEADLINE_MS);
    for (let attempt = 1; ; attempt++) {
      await pacer.waitForTurn(isBackground, latest);
      const outcome = await callSdk(sdkCall, { apiKey, apiUrl, timeoutMs }).catch(unavailable);
      const error = outcome instanceof BillingUnavailable ? outcome : errorOf(outcome, mode, mayBeEmpty, timing.now());
      if (error === undefined) return outcome as Answer;
      const status = outcome instanceof BillingUnavailable ? 0 : outcome.status;
      const wait = error.retryAfterMs ?? backoff(attempt);
      if (status === 429) pacer.holdBack(wait);
      const isWorthIt = status === 429 || (isRepeatable && status !== 401);
      if (!isWorthIt || attempt >= MAX_ATTEMPTS || timing.now() + wait > latest) throw error;
      await timing.sleep(wait);
    }
  };

  /** Doubles with each attempt. Half of it is random, so that nodes that failed together do not retry together. */
  function backoff(attempt: number): number {
    return FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + timing.random() / 2);
  }
}

export type LemonSqueezyClient = ReturnType<typeof createClient>;

function unavailable(error: unknown): BillingUnavailable {
  if (error instanceof BillingUnavailable) return error;
  throw error;
}

/** @throws BillingRefused */
function errorOf({ status, retryAfter, body }: Answer, mode: BillingMode, mayBeEmpty: boolean, now: number): BillingUnavailable | undefined {
  if (status === 404) return undefined;
  if (status === 429) return new BillingUnavailable("Lemon Squeezy limits the rate: too many calls.", parseRetryAfter(retryAfter, now));
  // Unavailable, not refused: the same call succeeds once the key is right.
  if (status === 401) return new BillingUnavailable(`Lemon Squeezy does not accept the key for ${mode} mode: check the configuration.`);
  if (status >= 500) return new BillingUnavailable(`Lemon Squeezy failed with ${status}.`, parseRetryAfter(retryAfter, now));
  if (status >= 400) throw new BillingRefused(`Lemon Squeezy refuses (${status}): ${explain(body)}`);
  if (body !== undefined || (mayBeEmpty && status === 204)) return undefined;
  return new BillingUnavailable(`Lemon Squeezy answered ${status} with a body that is not JSON.`);
}

/** `Retry-After` is a number of seconds or a date. @returns milliseconds; `undefined` if it is neither */
function parseRetryAfter(retryAfter: string | null, now: number): number | undefined {
  const ms = /^\d+$/.test(retryAfter ?? "") ? Number(retryAfter) * 1_000 : Date.parse(retryAfter ?? "") - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function explain(body: unknown): string {
  const result = ErrorsSchema.safeParse(body);
  if (!result.success) return "no reason is given.";
  return result.data.errors.map(({ title, detail }) => detail ?? title ?? "no reason is given.").join(" ");
}
