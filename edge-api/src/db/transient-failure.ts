import postgres from "postgres";
import { DatabaseError, DatabaseUnavailable } from "./errors.ts";

/** Socket and driver failures that may pass. */
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

/** The code of an error or of its cause; `undefined` when it has none. */
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

/** Whether an error is a failure of a socket. Outside of a query it can be a socket to any other service. */
export const isSocketFailure = (error: unknown): boolean => SOCKET_CODES.has(failureCode(error) ?? "");

/** Whether the driver or the server reports that this connection has ended. */
export function isConnectionLost(error: unknown): boolean {
  if (error instanceof postgres.PostgresError) return error.severity === "FATAL" || error.severity === "PANIC";
  return failureCode(error)?.startsWith("CONNECTION_") === true;
}

/** Maps an error of the work in a transaction: only PostgreSQL's own transient failures become `DatabaseUnavailable`, not those of other services. */
export function asWorkError(error: unknown): unknown {
  return error instanceof postgres.PostgresError ? asDatabaseError(error) : error;
}

/** Maps transient failures to `DatabaseUnavailable`; returns every other error unchanged. */
export function asDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError) return error;
  return isTransientFailure(error) ? new DatabaseUnavailable(error) : error;
}
