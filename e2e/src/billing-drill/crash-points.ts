import type { SentStatement } from "@dramac/edge-api/database";

/** Counts the statements of effects, and ends the process by SIGKILL in front of one of them: nothing is tidied up. */
export function crashAfter(statements: number | undefined): (statement: SentStatement) => void {
  const inEffect = new Set<number>();
  let left = statements ?? Number.POSITIVE_INFINITY;
  return function onStatement({ connection, text, parameters }) {
    if (text.startsWith("begin")) inEffect.delete(connection);
    else if (parameters.includes("billing effect")) inEffect.add(connection);
    if (inEffect.has(connection) && --left <= 0) process.kill(process.pid, "SIGKILL");
  };
}
