import { run } from "node:test";
import { runBrowserTests } from "../run-browser-tests.ts";

/** Runs test files, and ends with 1 at the first failure: one is enough to notice a mutant. */
const files = process.argv.slice(2);
const isForBrowser = (file: string) => file.endsWith(".browser.test.ts");

let failed = 0;
await runBrowserTests(files.filter(isForBrowser), ({ outcome }) => {
  if (outcome === "failed") process.exit(1);
});
const others = files.filter((file) => !isForBrowser(file));
if (others.length) {
  await new Promise<void>((resolve) => {
    run({ files: others, concurrency: 1, timeout: 60_000 })
      .on("test:fail", () => {
        failed++;
        process.exit(1);
      })
      .on("data", () => undefined)
      .on("end", () => resolve());
  });
}
process.exit(failed ? 1 : 0);
