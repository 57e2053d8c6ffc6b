import { existsSync, readFileSync } from "node:fs";
import { EmbeddedPostgresError } from "./errors.ts";

/** What Node itself says when a disk is full becomes the same error as when PostgreSQL says it; everything else stays as it was. */
export function asStartFailure(root: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return code === "ENOSPC" || code === "EDQUOT" ? diskFull(root, error) : error;
}

const diskFull = (root: string, cause?: unknown): EmbeddedPostgresError =>
  new EmbeddedPostgresError("embedded_disk_full", `The disk that holds ${root} is full: free some space (100 MB at least) and start again.`, { cause });

/** Turns what PostgreSQL printed into an error that says what to do. */
export function failureOf(doing: string, root: string, output: string): EmbeddedPostgresError {
  if (/No space left on device|Disk quota exceeded/i.test(output)) return diskFull(root);
  if (/Address already in use|could not bind/i.test(output)) {
    return new EmbeddedPostgresError("embedded_port_taken", "The port of the embedded PostgreSQL is taken: stop what listens there, or give another port.");
  }
  const last = output
    .trim()
    .split("\n")
    .filter((line) => /FATAL|PANIC|ERROR|error|could not/.test(line))
    .slice(-3)
    .join(" | ");
  return new EmbeddedPostgresError("embedded_failed", `${doing} failed in ${root}: ${last || output.trim().slice(-300) || "it said nothing"}.`);
}

/** What was appended to a log since `from`, in bytes. */
export function logSince(file: string, from: number): string {
  return existsSync(file) ? readFileSync(file).subarray(from).toString("utf8") : "";
}
