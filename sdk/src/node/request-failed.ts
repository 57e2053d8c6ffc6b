import { ERRORS, type ErrorCode, type Issue, type Problem } from "@dramac/contracts/errors";

/** A call was refused, or got no answer. The message says what to do. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  /** HTTP status; 0 without an answer, with the code `unreachable` or `timeout`. */
  readonly status: number;
  /** With `validation_failed`: every issue with its JSON path. */
  readonly faults: readonly Issue[];
  /** The id by which the platform's operator finds the call in the logs. */
  readonly requestId: string | undefined;
  /** Milliseconds that the platform asks to wait before the next try, if it does. */
  readonly retryAfterMs: number | undefined;

  constructor(
    /** A stable code to branch on, for example `not_found`. */
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

  /** Whether the same call may succeed when it is sent again. */
  get isRetryable(): boolean {
    return ERRORS[this.code].retry;
  }
}

/** Reads the problem details of a refusal. A proxy in front of the platform may have answered instead: then the status decides. */
export async function readProblem(response: Response): Promise<RequestFailed> {
  const problem = (await response.json().catch(() => undefined)) as Partial<Problem> | null | undefined;
  const { status } = response;
  const more = { status, retryAfterMs: readRetryAfter(response.headers.get("retry-after")) };
  if (!problem?.code || !Object.hasOwn(ERRORS, problem.code))
    return new RequestFailed(codeOf(status), `Something other than the platform answered with status ${status}. Check the address.`, more);
  const { code, detail = code, faults = [], requestId } = problem;
  return new RequestFailed(code, detail, { ...more, faults, requestId });
}

function codeOf(status: number): ErrorCode {
  if (status === 429) return "rate_limited";
  return status >= 500 ? "unavailable" : "bad_request";
}

/** Reads `Retry-After`: seconds or a date (RFC 9110), else `undefined`. */
function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
