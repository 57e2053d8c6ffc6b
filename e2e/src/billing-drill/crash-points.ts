import type { SentStatement } from "@dramac/edge-api/database";

/** Ends this process by SIGKILL before a chosen statement of an effect's transaction, so that nothing is cleaned up. */
export function createCrashPoint() {
  const inEffect = new Set<number>();
  let left = Number.POSITIVE_INFINITY;
  return {
    /** @param statement from 1, counted in the next transactions of effects; `undefined` lets the process live */
    set(statement: number | undefined): void {
      left = statement ?? Number.POSITIVE_INFINITY;
    },
    onStatement({ connection, text, parameters }: SentStatement): void {
      if (text.startsWith("begin")) inEffect.delete(connection);
      else if (parameters.includes("billing effect")) inEffect.add(connection);
      if (inEffect.has(connection) && --left <= 0) process.kill(process.pid, "SIGKILL");
    },
  };
}
