import { ERRORS, type ErrorCode, type Issue, type Problem } from "@dramac/contracts/errors";

/** A call was refused, or never answered; `code` says which way, the message what to do. */
export class RequestFailed extends Error {
  override readonly name = "CallFailed";
  /** HTTP status; 0 when nothing came: the codes are then `unreachable` and `timeout`. */
  readonly status: number;
  /** Of `validation_failed`: every fault with its path. */
  readonly faults: readonly Issue[];
  /** What the platform's people find the call by. */
  readonly requestId: string | undefined;
  /** Milliseconds that the platform asks to wait before the next try. */
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    more: { status?: number; faults?: readonly Issue[]; requestId?: string | undefined; retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.status = more.status ?? 0;
    this.faults = more.faults ?? [];
    this.requestId = more.requestId;
    this.retryAfterMs = more.retryAfterMs;
  }

  /** Whether the same call may succeed a moment later. */
  get isRetryable(): boolean {
    return ERRORS[this.code].retry;
  }
}

/** Makes a fault of an answer that is none. Whatever stands before the platform may have answered instead: then the status decides. */
export async function readProblem(response: Response): Promise<RequestFailed> {
  const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | null | undefined;
  const { status } = response;
  const more = { status, retryAfterMs: readRetryAfter(response.headers.get("retry-after")) };
  if (!problem?.code || !Object.hasOwn(ERRORS, problem.code))
    return new RequestFailed(codeOf(status), `Answered with ${status}, and not by the platform.`, more);
  const { code, detail = code, faults = [], requestId } = problem;
  return new RequestFailed(code, detail, { ...more, faults, requestId });
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return "rate_limited";
  return status >= 500 ? "unavailable" : "bad_request";
}

/** Seconds or a date, as RFC 9110 has it; nothing when it is neither. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
