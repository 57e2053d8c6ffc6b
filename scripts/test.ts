import { listTests } from "./list-tests.ts";
import { runTests } from "./run-tests.ts";

/** `npm test`: every test, closing with the one line that counts. A word picks the files that hold it. */
async function test(words: readonly string[]): Promise<number> {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const files = listTests().filter((file) => !words.length || words.some((word) => file.includes(word)));
  await runTests(files, ({ isSuite, outcome }) => {
    if (!isSuite) counts[outcome]++;
  });
  const { passed, failed, skipped } = counts;
  console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

test(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    console.log("\n0 passed, 1 failed");
    process.exit(1);
  },
);
