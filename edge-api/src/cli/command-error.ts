/** What the shell is told. */
export const EXIT = {
  ok: 0,
  /** The command did its work, and what it found needs somebody. */
  found: 1,
  /** It was asked for wrongly: an unknown id, a setting that is missing. */
  wrong: 2,
  /** The database or the provider does not answer: another try may help. */
  unavailable: 3,
  /** A fault of ours. */
  failed: 4,
} as const;

/** A command cannot go on; the message says what to do. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  constructor(
    message: string,
    readonly exitCode: number = EXIT.wrong,
  ) {
    super(message);
  }
}
