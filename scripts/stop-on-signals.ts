/** Undoes what was started, the latest first, when the process is asked to stop; more may be pushed meanwhile. */
export function stopOnSignals(undo: (() => Promise<void>)[]): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) return;
    isStopping = true;
    for (const step of undo.reverse()) await step();
    process.exit(0);
  };
  process.on("SIGINT", () => void stop());
  process.on("SIGTERM", () => void stop());
}
