type Undo = (() => Promise<unknown>)[];

/**
 * Runs a command until it is stopped. A signal at any moment, or a fault while it starts, undoes what was
 * started, the latest first, and only then ends the process: nothing is left running.
 * @param start pushes the undoing of each step before it waits for that step
 */
export function runUntilStopped(start: (undo: Undo) => Promise<void>): void {
  const undo: Undo = [];
  let isEnding = false;

  async function end(code: number): Promise<void> {
    if (isEnding) return;
    isEnding = true;
    // What never came up needs no undoing, and must not keep the others from theirs.
    for (const step of undo.reverse()) await step().catch(() => undefined);
    process.exit(code);
  }

  process.on("SIGINT", () => void end(0));
  process.on("SIGTERM", () => void end(0));
  start(undo).catch((error: Error) => {
    // A start that was stopped may fail for that reason alone: its error is not printed.
    if (!isEnding) console.error(error.message);
    return end(1);
  });
}
