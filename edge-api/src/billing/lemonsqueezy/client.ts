import { z } from "zod";
import { type BillingMode, BillingRefused, BillingUnavailable } from "../provider.ts";
import { createRequestPacer, type Timing } from "./request-pacer.ts";
import { type Answer, callSdk, type SdkCall } from "./sdk-call.ts";

const MAX_ATTEMPTS = 4;
const TIMEOUT_MS = 10_000;
const FIRST_WAIT_MS = 500;
/** No attempt begins later than this after it was asked for. Whoever has clicked waits for less than work in the background. */
const FOREGROUND_DEADLINE_MS = 20_000;
const BACKGROUND_DEADLINE_MS = 300_000;
/** Their limit is 300; the rest is for whatever else uses the same account. */
const CALLS_PER_MINUTE = 240;

export interface ClientOptions {
  readonly apiKeys: Readonly<Partial<Record<BillingMode, string>>>;
  /** Moves every call, to a stand-in; without a slash at its end. */
  readonly apiUrl: string;
  readonly timing: Timing;
  readonly callsPerMinute?: number | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface CallKind {
  /** Nobody waits for it. */
  readonly isBackground?: boolean;
  /** False where doing it twice would do more than doing it once: then only what was surely not done is repeated. */
  readonly isRepeatable?: boolean;
  /** An answer without a body will do: it was done. */
  readonly mayBeEmpty?: boolean;
}

const ErrorsSchema = z.object({ errors: z.array(z.object({ title: z.string().optional(), detail: z.string().optional() })).min(1) });

/** Calls that are paced, end in time, and are repeated where that may help and does no harm. One for a process: the pace is shared by both modes. */
export function createClient({ apiKeys, apiUrl, timing, callsPerMinute: callsAMinute = CALLS_PER_MINUTE, timeoutMs = TIMEOUT_MS }: ClientOptions) {
  const pace = createRequestPacer(callsPerMinute, timing);

  /**
   * @returns what came with a 2xx, or with a 404
   * @throws BillingUnavailable when no attempt came through, BillingRefused when Lemon Squeezy says no
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
      await pace.waitForTurn(isBackground, latest);
      const outcome = await callSdk(sdkCall, { apiKey, apiUrl, timeoutMs }).catch(unavailable);
      const error = outcome instanceof BillingUnavailable ? outcome : errorOf(outcome, mode, mayBeEmpty, timing.now());
      if (error === undefined) return outcome as Answer;
      const status = outcome instanceof BillingUnavailable ? 0 : outcome.status;
      const wait = error.retryAfterMs ?? backoff(attempt);
      if (status === 429) pace.holdBack(wait);
      const isWorthIt = status === 429 || (isRepeatable && status !== 401);
      if (!isWorthIt || attempt >= MAX_ATTEMPTS || timing.now() + wait > latest) throw error;
      await timing.sleep(wait);
    }
  };

  /** Doubles, and is spread over half of itself so that nodes which failed together do not come back together. */
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
  if (status === 429) return new BillingUnavailable("Lemon Squeezy asks for patience: too many calls.", parseRetryAfter(retryAfter, now));
  // Whoever called did nothing wrong, and the same call goes through once the key is right.
  if (status === 401) return new BillingUnavailable(`Lemon Squeezy does not know the key for ${mode} mode: check the configuration.`);
  if (status >= 500) return new BillingUnavailable(`Lemon Squeezy failed with ${status}.`, parseRetryAfter(retryAfter, now));
  if (status >= 400) throw new BillingRefused(`Lemon Squeezy refuses (${status}): ${explain(body)}`);
  if (body !== undefined || (mayBeEmpty && status === 204)) return undefined;
  return new BillingUnavailable(`Lemon Squeezy answered ${status} with something that is no JSON.`);
}

/** It is said in seconds or as a date; whoever says neither is not waited for in any special way. */
function parseRetryAfter(retryAfter: string | null, now: number): number | undefined {
  const ms = /^\d+$/.test(retryAfter ?? "") ? Number(retryAfter) * 1_000 : Date.parse(retryAfter ?? "") - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function explain(body: unknown): string {
  const result = ErrorsSchema.safeParse(body);
  if (!result.success) return "it does not say why.";
  return result.data.errors.map(({ title, detail }) => detail ?? title ?? "it does not say why.").join(" ");
}
