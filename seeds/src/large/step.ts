import type { Tx } from "@dramac/edge-api/database";
import type { Sizes } from "./sizes.ts";

/** One kind of rows, written in chunks. Rows that exist already stay unchanged. */
export interface Step {
  readonly name: string;
  readonly count: (sizes: Sizes) => number;
  /** Tables whose triggers are off during the step; the step updates what they would have updated. */
  readonly disableTriggersOf: readonly string[];
  /** Writes the rows from number `from` to before `to`. @returns how many were new */
  readonly write: (tx: Tx, from: number, to: number, sizes: Sizes) => Promise<number>;
}
