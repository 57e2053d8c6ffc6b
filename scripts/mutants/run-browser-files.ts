import { runBrowserTests } from "../run-browser-tests.ts";

/** Runs browser test files, and ends with 1 at the first failure: one is enough to notice a mutant. */
await runBrowserTests(process.argv.slice(2), ({ outcome }) => {
  if (outcome === "failed") process.exit(1);
});
process.exit(0);
