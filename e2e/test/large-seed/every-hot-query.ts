import assert from "node:assert/strict";
import type { LargePlatform } from "./management-paths.ts";
import { installAndUninstall, readEverything } from "./management-paths.ts";
import { visitPortal, visitSites } from "./page-paths.ts";
import type { createRecorder, RecordedStatement } from "./recorded-statements.ts";

const FLUSH_MS = 1_500;

/** Does everything that is done often, and gathers every statement that it took. */
export async function recordHotQueries(
  platform: LargePlatform,
  recorder: ReturnType<typeof createRecorder>,
  sitesInAll: number,
): Promise<readonly RecordedStatement[]> {
  recorder.start();
  await readEverything(platform);
  await installAndUninstall(platform);
  await visitSites(platform, [0, 3, 10], sitesInAll);
  await visitPortal(platform);
  // Usage is written, and the outbox looked into, a moment later.
  await new Promise((resolve) => setTimeout(resolve, FLUSH_MS));
  const statements = recorder.stop();
  assert.ok(
    statements.some(({ text }) => text.includes("insert into module_usage_events")),
    "the usage of the visits was written",
  );
  return statements;
}
