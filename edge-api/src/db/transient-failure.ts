import { DatabaseError, DatabaseUnavailable } from "./errors.ts";

/** Socket and driver failures that say "not now", not "never". */
const SOCKET_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
]);

/** Terminated, crashed, starting up or stopping, too many connections, out of disk or memory, idle session dropped. */
const SQL_STATES = /^(?:08...|53...|57P0[1235]|25P03)$/;

/** The code of a failure, or of what caused it; `undefined` when it has none. */
export function failureCode(error: unknown): string | undefined {
  if (error instanceof DatabaseUnavailable && error.cause !== undefined) return failureCode(error.cause);
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether an error says that the database is unavailable for the moment. */
export function isTransientFailure(error: unknown): boolean {
  const code = failureCode(error);
  return error instanceof DatabaseUnavailable || (code !== undefined && (SOCKET_CODES.has(code) || SQL_STATES.test(code)));
}

/** Transient failures become `DatabaseUnavailable`; everything else comes back as it was. */
export function asDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError) return error;
  return isTransientFailure(error) ? new DatabaseUnavailable(error) : error;
}
