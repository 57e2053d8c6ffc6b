import { createHash } from "node:crypto";

/** What happened in a drill, one line each, in order. Two runs with the same seed have the same digest. */
export interface EventLog {
  add(line: string): void;
  /** The first 16 hexadecimal digits of the SHA-256 of all lines. */
  digest(): string;
}

/** @param onLine also gets each line, to find the first difference between two runs */
export function createEventLog(onLine: (line: string) => void = () => undefined): EventLog {
  const hash = createHash("sha256");
  return {
    add(line) {
      hash.update(`${line}\n`);
      onLine(line);
    },
    digest: () => hash.copy().digest("hex").slice(0, 16),
  };
}
