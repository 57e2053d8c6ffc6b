import { run } from "node:test";
import { spec } from "node:test/reporters";
import { startTestCluster } from "../edge-api/test/helpers/database.ts";
import { build } from "./build.ts";
import { ensureBrowser } from "./install-browser.ts";
import { runBrowserTests } from "./run-browser-tests.ts";
import type { TestResult } from "./test-result.ts";

/** Files at a time: browsers and servers each want a core of their own. */
const CONCURRENCY = 2;

/** Runs test files on one database cluster, with the browser scripts built and a browser there; prints results as they come. */
export async function runTests(files: string[], onResult: (result: TestResult) => void): Promise<void> {
  ensureBrowser();
  await build();
  const cluster = process.env.DATABASE_URL ? undefined : await startTestCluster();
  if (cluster) process.env.DRAMAC_TEST_CLUSTER_URL = cluster.url;
  try {
    const isForBrowser = (file: string) => file.endsWith(".browser.test.ts");
    await runBrowserTests(files.filter(isForBrowser), onResult);
    const others = files.filter((file) => !isForBrowser(file));
    if (others.length) await runFiles(others, onResult);
  } finally {
    await cluster?.stop();
  }
}

function runFiles(files: string[], onResult: (result: TestResult) => void): Promise<void> {
  return new Promise((resolve) => {
    const stream = run({ files, concurrency: CONCURRENCY, timeout: 240_000 });
    const fileOf = (path: string | undefined) => files.find((file) => path?.endsWith(file)) ?? "";
    const isFile = (name: string) => files.some((file) => name.endsWith(file));
    stream.on("test:pass", ({ name, file, skip, details }) => {
      if (!isFile(name)) onResult({ name, file: fileOf(file), isSuite: details.type === "suite", outcome: skip === undefined ? "passed" : "skipped" });
    });
    stream.on("test:fail", ({ name, file, details }) => onResult({ name, file: fileOf(file), isSuite: details.type === "suite", outcome: "failed" }));
    stream.compose(new spec()).pipe(process.stdout, { end: false });
    stream.on("end", () => setTimeout(resolve, 200));
  });
}
