import type { Curve } from "./curve.ts";
import type { Figure } from "./figure.ts";

export interface Outcome {
  readonly figures: readonly Figure[];
  readonly curves?: readonly Curve[];
}

/** Something that `npm run bench` measures; `npm run bench -- word` runs those whose name holds the word. */
export interface Measurement {
  readonly name: string;
  /** What is measured, for the line that is printed while it runs. */
  readonly about: string;
  /** @param rounds of alternating contestants; three when only a quick look is wanted */
  run(rounds: number): Promise<Outcome>;
}
