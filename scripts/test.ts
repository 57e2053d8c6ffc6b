import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { startTestCluster } from "../edge-api/test/helpers/database.ts";
import { build } from "./build.ts";
import { ensureBrowser } from "./install-browser.ts";

const FOLDERS = [
  "contracts/test",
  "host-bridge/test",
  "sdk/test",
  "elements/test",
  "loader/test",
  "edge-api/test",
  "e2e/test",
  ...readdirSync("modules").map((name) => `modules/${name}/test`),
];

function listTests(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(folder, name))
    .sort();
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Files at a time: browsers and servers each want a core of their own. */
const CONCURRENCY = 2;

function runFiles(files: string[]): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  return new Promise((resolve) => {
    const stream = run({ files, concurrency: CONCURRENCY, timeout: 240_000 });
    const isFile = (name: string) => files.some((file) => name.endsWith(file));
    stream.on("test:pass", (event) => {
      if (event.skip !== undefined) counts.skipped++;
      else if (event.details.type !== "suite" && !isFile(event.name)) counts.passed++;
    });
    stream.on("test:fail", (event) => {
      if (event.details.type !== "suite") counts.failed++;
    });
    stream.compose(new spec()).pipe(process.stdout, { end: false });
    stream.on("end", () => setTimeout(resolve, 200, counts));
  });
}

/** `npm test`: every test on one database cluster, closing with the one line that counts. A word picks the files that hold it. */
async function test(words: readonly string[]): Promise<number> {
  ensureBrowser();
  await build();
  const files = FOLDERS.flatMap(listTests).filter((file) => !words.length || words.some((word) => file.includes(word)));
  const cluster = process.env.DATABASE_URL ? undefined : await startTestCluster();
  if (cluster) process.env.DRAMAC_TEST_CLUSTER_URL = cluster.url;
  try {
    const { passed, failed, skipped } = await runFiles(files);
    console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`);
    return failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    await cluster?.stop();
  }
}

test(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (fault: Error) => {
    console.error(fault.message);
    console.log("\n0 passed, 1 failed");
    process.exit(1);
  },
);
