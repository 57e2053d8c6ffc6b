/** Why the embedded PostgreSQL could not be started or stopped. The codes are stable, so programs may branch on them. */
export type EmbeddedPostgresErrorCode =
  | "embedded_in_use"
  | "embedded_other_version"
  | "embedded_not_here"
  | "embedded_disk_full"
  | "embedded_port_taken"
  | "embedded_failed";

/** Every error of this workspace; the message tells the reader what to do next. */
export class EmbeddedPostgresError extends Error {
  override readonly name = "EmbeddedPostgresError";
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
