import type { Tx } from "@dramac/edge-api/database";
import type { Sizes } from "./sizes.ts";

/** One kind of rows, written in chunks of numbers: what is there already stays as it is. */
export interface Step {
  readonly name: string;
  readonly count: (sizes: Sizes) => number;
  /** Tables whose triggers are left out; this step keeps what they would have kept. */
  readonly disableTriggersOf: readonly string[];
  /** Writes the rows from a number up to another. @returns how many were new */
  readonly write: (tx: Tx, from: number, to: number, sizes: Sizes) => Promise<number>;
}
