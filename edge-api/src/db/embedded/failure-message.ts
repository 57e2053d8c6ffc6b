import { existsSync, readFileSync } from "node:fs";
import { DatabaseError } from "../errors.ts";

/** Turns what PostgreSQL printed into an error that says what to do. */
export function failureOf(doing: string, root: string, output: string): DatabaseError {
  if (/No space left on device|Disk quota exceeded/i.test(output)) {
    return new DatabaseError("embedded_disk_full", `The disk that holds ${root} is full: free some space (100 MB at least) and start again.`);
  }
  if (/Address already in use|could not bind/i.test(output)) {
    return new DatabaseError("embedded_port_taken", "The port of the embedded PostgreSQL is taken: stop what listens there, or give another port.");
  }
  const last = output
    .trim()
    .split("\n")
    .filter((line) => /FATAL|PANIC|ERROR|error|could not/.test(line))
    .slice(-3)
    .join(" | ");
  return new DatabaseError("embedded_failed", `${doing} failed in ${root}: ${last || output.trim().slice(-300) || "it said nothing"}.`);
}

/** What was appended to a log since `from`, in bytes. */
export function logSince(file: string, from: number): string {
  return existsSync(file) ? readFileSync(file).subarray(from).toString("utf8") : "";
}
