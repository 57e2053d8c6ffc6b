import { ERRORS, type ErrorCode, type Issue, type Permission, type Problem } from "@dramac/contracts";
import type { z } from "zod";

/** An error with a stable code and a sentence that says what to do; it is answered as problem+json. */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode,
    detail: string,
    readonly extra: { readonly faults?: readonly Issue[]; readonly permission?: Permission; readonly headers?: Record<string, string> } = {},
  ) {
    super(detail);
  }
}

/** Parses input from outside. @throws ApiError `validation_failed` with every issue and its JSON path */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => ({ path: `/${issue.path.join("/")}`, message: issue.message }));
  const first = faults[0];
  throw new ApiError("validation_failed", `${faults.length} issue(s); first at ${first?.path}: ${first?.message}.`, { faults });
}

/** Answers with RFC 9457 problem details. */
export function problemResponse(error: ApiError, requestId: string): Response {
  const { status, retry } = ERRORS[error.code];
  const { faults, permission, headers } = error.extra;
  const problem: Problem & { permission?: Permission } = {
    type: `https://dramac.app/errors/${error.code}`,
    title: error.code.replaceAll("_", " "),
    status: status || 500,
    code: error.code,
    detail: error.message,
    requestId,
    ...(faults && { faults }),
    ...(permission && { permission }),
  };
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...(retry && { "retry-after": "2" }), ...headers },
  });
}
