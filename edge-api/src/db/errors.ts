/** Why a database operation failed. The codes are stable, so programs may branch on them. */
export type DatabaseErrorCode =
  | "unavailable"
  | "bad_context"
  | "bad_channel"
  | "roles_missing"
  | "migration_changed"
  | "migration_failed"
  | "migration_locked"
  | "schema_newer"
  | "server_too_old"
  | "dump_invalid"
  | "dump_target_not_empty";

/** Every error of this folder; the message tells the reader what to do next. */
export class DatabaseError extends Error {
  override readonly name: string = "DatabaseError";
  readonly code: DatabaseErrorCode;
  /** Whether the same call may succeed a moment later. */
  readonly retryable: boolean = false;

  constructor(code: DatabaseErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * The database cannot be reached, is starting or stopping, or has no room for another connection.
 * An API answers 503; the pool recovers by itself. When the connection breaks during the commit,
 * it is unknown whether the commit took effect: retry only what may safely happen twice.
 */
export class DatabaseUnavailable extends DatabaseError {
  override readonly name = "DatabaseUnavailable";
  override readonly retryable = true;

  constructor(cause?: unknown) {
    super("unavailable", "The database cannot be reached just now; try again in a moment.", { cause });
  }
}
