/** Exit codes. */
export const EXIT = {
  ok: 0,
  /** The command completed, and found something that a person must look at. */
  found: 1,
  /** Wrong use: an unknown id, a missing setting. */
  wrong: 2,
  /** The database or the provider does not answer: try again later. */
  unavailable: 3,
  /** An error in this program. */
  failed: 4,
} as const;

/** The command cannot continue; the message says what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    readonly exitCode: number = EXIT.wrong,
  ) {
    super(message);
  }
}
