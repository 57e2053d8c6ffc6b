import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { giveJobsWork, runJobs } from "./job-paths.ts";
import { installAndUninstall, type LargePlatform, readEverything } from "./management-paths.ts";
import { useCaller } from "./module-paths.ts";
import { visitPortal, visitSites } from "./page-paths.ts";
import type { Recorded, Recorder } from "./recorded-statements.ts";

const PATIENCE_MS = 15_000;

/** What must have been said for all of it to have been done: some of it is done later, by workers. */
const EXPECTED: readonly RegExp[] = [
  /insert into module_usage_events/,
  /insert into module_usage_hourly/,
  /settle_install_counts/,
  /insert into "?agency_module_installations/,
  /update bulk_install_sites/,
  /insert into email_outbox/,
  /update email_outbox set status = 'sending'/,
  /update email_outbox set status = \$1/,
  /insert into module_media/,
  /delete from module_media/,
  /from module_media f join modules/,
  /from installation_hosts/,
  /insert into installation_secrets/,
  /select name, key_id, wrapped_key, sealed from installation_secrets/,
  /insert into used_assertions/,
  /delete from used_assertions/,
  /insert into signed_out_members/,
  /'assertion-key'/,
  /update price_changes set settled_at/,
  /delete from "?agency_module_installations/,
  /delete from "?client_module_installations/,
  /delete from "?site_module_installations/,
];

/** Does everything that is done often, and gathers every statement that it took. */
export async function recordHotQueries(platform: LargePlatform, recorder: Recorder, sitesInAll: number): Promise<Recorded> {
  recorder.start();
  await readEverything(platform);
  const gone = await installAndUninstall(platform);
  await visitSites(platform, [0, 3, 10], sitesInAll);
  await visitPortal(platform);
  gone.push(await useCaller(platform));
  // Mail is sent, usage written and counts are settled a moment later; only then may a job take their installation away.
  const isDone = (pattern: RegExp) => recorder.hasSeen(pattern);
  const later = EXPECTED.filter((pattern) => !/delete from|settled_at/.test(pattern.source));
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end && !later.every(isDone); ) await sleep(50);
  await giveJobsWork(platform, gone);
  await runJobs(platform);
  const missing = EXPECTED.filter((pattern) => !isDone(pattern));
  assert.deepEqual(missing, [], "not all that is done often was done");
  return recorder.stop();
}
