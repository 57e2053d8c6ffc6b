import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, makeAgency } from "./api.ts";
import { createBulkJobs } from "./bulk-jobs.ts";
import { publishLevels } from "./installed.ts";
import { createAgencyApi } from "./agency-api.ts";

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
let jobs: ReturnType<typeof createBulkJobs>;
let others: ReturnType<typeof createBulkJobs>;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  await publishLevels(platform);
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
  const module = await agencyApi.publish("greeter");
  jobs = createBulkJobs(platform, own, () => module);
  others = createBulkJobs(platform, await makeAgency(platform, "other"), () => module);
});
after(() => platform?.close());

const rows = (query: string) => platform.database.withPlatform("test", (tx) => tx.unsafe(query));
const sites = (count: number) => Promise.all(Array.from({ length: count }, agencyApi.newSite));
const nowhere = (count: number) => Array.from({ length: count }, () => crypto.randomUUID());
const keys = () => `/api/agencies/${own.ids.agencyId}/keys`;
const newKey = async (): Promise<string> => (await agencyApi.asOwner("POST", keys(), { label: "bulk", role: "agency_admin" })).body.id;

describe("a job whose key", () => {
  for (const [what, end, installed] of [
    ["is revoked installs nothing", (id: string) => agencyApi.asOwner("DELETE", `${keys()}/${id}`), 0],
    ["has expired installs nothing", (id: string) => rows(`update api_keys set expires_at = now() - interval '1 second' where id = '${id}'`), 0],
    ["is gone installs nothing", (id: string) => rows(`delete from api_keys where id = '${id}'`), 0],
    ["is still good installs all", async () => undefined, 3],
  ] as const) {
    test(`${what}, and reports it for each site`, async () => {
      const keyId = await newKey();
      const chosen = await sites(3);
      const id = await jobs.stage(chosen, keyId);
      await end(keyId);
      await jobs.release(id);
      const job = await jobs.ended(id);
      assert.deepEqual([job.status, job.done, job.installed], ["done", 3, installed]);
      for (const { code, detail } of job.sites.items) {
        assert.equal(code, installed ? null : "unauthorized");
        if (!installed) assert.match(detail, /revoked or has expired/);
      }
      const there = await rows(`select count(*)::int as count from site_module_installations where site_id = any('{${chosen.join()}}')`);
      assert.equal(there[0]?.count, installed);
    });
  }

  test("is revoked in the middle keeps its installations, and stops", async () => {
    const keyId = await newKey();
    const id = await jobs.stage(await sites(60), keyId);
    await jobs.release(id);
    while ((await jobs.get(id)).installed === 0) await sleep(5);
    await agencyApi.asOwner("DELETE", `${keys()}/${keyId}`);
    const { done, failed, installed } = await jobs.ended(id);
    assert.ok(installed > 0 && installed < 60, `${installed} were installed`);
    assert.deepEqual([done, failed], [60, 60 - installed]);
    const refused = (await jobs.get(id, "?status=refused")).sites.items;
    assert.ok(refused.length > 0 && refused.every(({ code }: { code: string }) => code === "unauthorized"));
  });

  test("belongs to the platform continues, although no tenant sees that key", async () => {
    const [root] = await rows("select id from api_keys where role = 'super_admin' and revoked_at is null limit 1");
    const id = await jobs.stage(await sites(1), root?.id as string);
    await jobs.release(id);
    assert.equal((await jobs.ended(id)).installed, 1);
  });
});

describe("a short job", () => {
  /** How many sites of these jobs were settled before another one's last. */
  async function countFinishedBefore(long: readonly string[], short: string): Promise<number> {
    const [row] = await rows(`select count(*)::int as count from bulk_install_sites where bulk_id = any('{${long.join()}}')
      and settled_at < (select max(settled_at) from bulk_install_sites where bulk_id = '${short}')`);
    return row?.count as number;
  }

  test("of one agency waits for one turn of another agency's long jobs, and not for all of them", async () => {
    const long: string[] = [];
    for (let count = 0; count < 25; count++) long.push(await jobs.stage(nowhere(40)));
    const short = await others.stage(nowhere(2));
    await jobs.release(...long, short);
    for (const id of long) await jobs.ended(id);
    assert.equal((await others.ended(short)).done, 2);
    const before = await countFinishedBefore(long, short);
    assert.ok(before <= 10, `${before} sites of the long jobs came before it`);
  });

  test("of the same agency does not wait for all of its long jobs either", async () => {
    const long: string[] = [];
    for (let count = 0; count < 3; count++) long.push(await jobs.stage(nowhere(200)));
    const short = await jobs.stage(nowhere(2));
    await jobs.release(...long, short);
    for (const id of [...long, short]) await jobs.ended(id);
    const before = await countFinishedBefore(long, short);
    // Each turn it is the one with a chance of a quarter: that it is not for sixty turns happens once in thirty million runs.
    assert.ok(before <= 300, `${before} of 600 sites came before it`);
  });
});
