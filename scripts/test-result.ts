/** One finished test or suite. */
export interface TestResult {
  readonly name: string;
  /** From the root. */
  readonly file: string;
  readonly isSuite: boolean;
  readonly outcome: "passed" | "failed" | "skipped";
}
