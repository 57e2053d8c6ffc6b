import { existsSync, readFileSync } from "node:fs";
import { EmbeddedPostgresError } from "./errors.ts";

/** Maps Node's own error for a full disk to the error that PostgreSQL's message leads to. Returns every other error unchanged. */
export function asStartFailure(root: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === "ENOSPC" || code === "EDQUOT" ? diskFull(root, error) : error;
}

const diskFull = (root: string, cause?: unknown): EmbeddedPostgresError =>
  new EmbeddedPostgresError("embedded_disk_full", `The disk that holds ${root} is full: free some space (100 MB at least) and start again.`, { cause });

/** Maps PostgreSQL's output to an error that says what to do. */
export function failureOf(action: string, root: string, output: string): EmbeddedPostgresError {
  if (/No space left on device|Disk quota exceeded/i.test(output)) return diskFull(root);
  if (/Address already in use|could not bind/i.test(output)) {
    return new EmbeddedPostgresError(
      "embedded_port_taken",
      "The port of the embedded PostgreSQL is taken: stop the program that uses it, or choose another port.",
    );
  }
  const last = output
    .trim()
    .split("\n")
    .filter((line) => /FATAL|PANIC|ERROR|error|could not/.test(line))
    .slice(-3)
    .join(" | ");
  return new EmbeddedPostgresError("embedded_failed", `${action} failed in ${root}: ${last || output.trim().slice(-300) || "there was no output"}.`);
}

/** The text that was appended to a log after the first `from` bytes. */
export function logSince(file: string, from: number): string {
  return existsSync(file) ? readFileSync(file).subarray(from).toString("utf8") : "";
}
