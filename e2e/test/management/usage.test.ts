import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { dialPort, startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, type ApiAnswer, call, makeAgency } from "./api.ts";

const HOST = "https://shop.example";
const HOUR_MS = 3_600_000;

let platform: TestPlatform;
let own: Agency;
let foreign: Agency;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  [own, foreign] = [await makeAgency(platform, "own"), await makeAgency(platform, "foreign")];
});
after(() => platform?.close());

/** What a page of an agency's site says to the platform. */
async function pageOf(agency: Agency) {
  const { siteId, siteInstallation } = agency.ids;
  const installation = siteInstallation as InstallationId;
  const { body } = await call(platform, { key: agency.keys.agency_owner, method: "GET", path: `/api/sites/${siteId}/surfaces` });
  const surface = body.items[0].key as string;
  const origin = `http://${installationLabel(installation)}.frames.localhost:${platform.port}`;
  const post = async (path: string, message: object, headers: Readonly<Record<string, string>> = {}) => {
    const answer = await dialPort(platform.port, path, {
      method: "POST",
      headers: { origin, "content-type": "application/json", ...headers },
      body: JSON.stringify(message),
    });
    assert.ok(answer.status < 300, answer.body);
    return answer.body;
  };
  return {
    openSession: async () => (JSON.parse(await post("/api/sessions", { installation, surface, hostOrigin: HOST, visitor: null })) as { token: string }).token,
    readSettings: (token: string) =>
      post(`/api/modules/${installation}/proxy`, { requestId: 1, method: "GET", endpoint: "/settings" }, { authorization: `Bearer ${token}` }),
    tell: (events: readonly object[], token?: string) =>
      post("/api/events", {
        surface,
        token,
        events: events.map((event) => ({ id: randomUUID(), installation, version: "1.0.0", at: new Date().toISOString(), ...event })),
      }),
  };
}

/** Asks until the node has counted what was told; it does so by itself, within some seconds. */
async function eventually(ask: () => Promise<ApiAnswer>, isThere: (answer: ApiAnswer) => boolean): Promise<ApiAnswer> {
  const end = Date.now() + 20_000;
  for (;;) {
    const answer = await ask();
    if (isThere(answer)) return answer;
    assert.ok(Date.now() < end, JSON.stringify(answer.body).slice(0, 2_000));
    await sleep(200);
  }
}

const get = (path: string, key = own.keys.agency_owner) => call(platform, { key, method: "GET", path });
const none = { loads: 0, actions: 0, errors: 0, apiCalls: 0, errorRate: null, loadTimeMs: null };
const today = new Date().toISOString().slice(0, 10);

/** Rollup rows of a day that is long over, as they are once they were counted. */
async function seedDay({ ids }: Agency, day: string, modules: readonly string[], events = 3): Promise<void> {
  await platform.database.ensureUsagePartitions(new Date(day), 1);
  await platform.database.withPlatform("test seeds", async (tx) => {
    for (const [index, module] of modules.entries()) {
      await tx`insert into module_usage_daily (day, installation_id, agency_id, client_id, site_id, module_id, event_type, verified, events)
        values (${day}, ${randomUUID()}, ${ids.agencyId as string}, ${ids.clientId as string}, ${ids.siteId as string}, ${module}, 'action', true, ${events + index})`;
    }
  });
}

describe("the usage of a page", () => {
  test("is counted by the node, with authenticated and anonymous events apart, and reported at every level", async () => {
    const page = await pageOf(own);
    const token = await page.openSession();
    for (let calls = 0; calls < 3; calls++) await page.readSettings(token);
    await page.tell(
      [
        { type: "load", loadTimeMs: 120 },
        { type: "load", loadTimeMs: 480 },
        { type: "action", name: "clicked" },
        { type: "error", name: "oops" },
      ],
      token,
    );
    await page.tell([
      { type: "load", loadTimeMs: 30 },
      { type: "api_call", name: "made up" },
    ]);
    const { agencyId, clientId, siteId, siteInstallation, moduleId } = own.ids;
    const paths = [`/api/agencies/${agencyId}`, `/api/clients/${clientId}`, `/api/sites/${siteId}`, `/api/sites/${siteId}/installations/${siteInstallation}`];
    for (const path of paths) {
      const { verified, unverified } = (
        await eventually(
          () => get(`${path}/usage`),
          ({ body }) => body.total.verified.apiCalls === 3 && body.total.verified.loads === 2 && body.total.unverified.loads === 1,
        )
      ).body.total;
      assert.deepEqual({ ...verified, loadTimeMs: null }, { ...none, loads: 2, actions: 1, errors: 1, apiCalls: 3, errorRate: 0.5 }, path);
      assert.ok(verified.loadTimeMs.p50 >= 100 && verified.loadTimeMs.p50 <= 150, JSON.stringify(verified.loadTimeMs));
      assert.ok(verified.loadTimeMs.p95 >= 400 && verified.loadTimeMs.p95 <= 480, JSON.stringify(verified.loadTimeMs));
      assert.deepEqual({ ...unverified, loadTimeMs: null }, { ...none, loads: 1, apiCalls: 1, errorRate: 0 });
    }
    const mine = (await get(`/api/agencies/${agencyId}/usage/modules`)).body.items;
    assert.deepEqual([mine.length, mine[0].moduleId, mine[0].slug, mine[0].verified.apiCalls], [1, moduleId, "probe", 3]);
    const sites = (await get(`/api/clients/${clientId}/usage/sites`)).body.items;
    assert.deepEqual([sites.length, sites[0].siteId, sites[0].name, sites[0].verified.loads], [1, siteId, "Shop", 2]);
    const all = (await get("/api/admin/usage/modules", platform.seeded.keys.superAdmin)).body.items;
    assert.equal(all[0].verified.loads, 2);
    assert.equal((await get(`/api/admin/modules/${moduleId}/usage`, platform.seeded.keys.superAdmin)).body.total.verified.errors, 1);
    const other = await get(`/api/sites/${siteId}/installations/${siteInstallation}/usage?step=hour`);
    assert.equal(other.body.items.length, 48);
    assert.equal(
      other.body.items.reduce((sum: number, item: { verified: { loads: number } }) => sum + item.verified.loads, 0),
      2,
    );
  });

  test("is counted in the hour of the event, also when it arrives late", async () => {
    const late = new Date(Date.now() - 11 * HOUR_MS);
    const page = await pageOf(foreign);
    await page.tell([{ type: "action", at: late.toISOString() }], await page.openSession());
    const { body } = await eventually(
      () => get(`/api/sites/${foreign.ids.siteId}/usage?step=hour`, foreign.keys.agency_owner),
      (answer) => answer.body.total.verified.actions === 1,
    );
    const told = body.items.filter((item: { verified: { actions: number } }) => item.verified.actions);
    assert.deepEqual(
      told.map(({ at }: { at: string }) => at.slice(0, 13)),
      [late.toISOString().slice(0, 13)],
    );
  });

  test("of one agency is not visible to another, neither figures nor names", async () => {
    await seedDay(foreign, "2026-01-10", [own.ids.moduleId as string]);
    const ask = (agency: Agency, path: string) => get(`/api/agencies/${agency.ids.agencyId}${path}`, agency.keys.agency_owner);
    assert.equal((await ask(foreign, "/usage?from=2026-01-10&to=2026-01-10")).body.total.verified.actions, 3);
    assert.deepEqual((await ask(own, "/usage?from=2026-01-10&to=2026-01-10")).body.total, { verified: none, unverified: none });
    assert.deepEqual((await ask(own, "/usage/sites?from=2026-01-10&to=2026-01-10")).body.items, []);
    assert.equal((await ask(foreign, "/usage/sites?from=2026-01-10&to=2026-01-10")).body.items.length, 1);
  });
});

describe("a range", () => {
  const usage = (query: string) => get(`/api/agencies/${own.ids.agencyId}/usage?${query}`);

  test("defaults to four weeks up to today, and includes empty days", async () => {
    const { from, to, step, items } = (await usage("")).body;
    assert.deepEqual([to, step, items.length, items.at(-1).at], [today, "day", 28, `${today}T00:00:00.000Z`]);
    assert.equal(items[0].at, `${from}T00:00:00.000Z`);
    assert.deepEqual(
      (await usage("from=2025-02-27&to=2025-03-01")).body.items,
      ["27", "28", "01"].map((day) => ({
        at: `2025-0${day === "01" ? 3 : 2}-${day}T00:00:00.000Z`,
        verified: none,
        unverified: none,
      })),
    );
  });

  test("has a maximum, by day and by hour", async () => {
    assert.equal((await usage("from=2025-01-01&to=2025-04-02")).body.items.length, 92);
    assert.equal((await usage("from=2025-01-01&to=2025-01-07&step=hour")).body.items.length, 7 * 24);
    for (const query of ["from=2025-01-01&to=2025-04-03", "from=2025-01-01&to=2025-01-08&step=hour", "from=2025-01-01"]) {
      const answer = await usage(query);
      assert.deepEqual([answer.status, answer.body.faults[0].path], [422, "/from"], query);
    }
  });

  test("that is invalid is refused with the path", async () => {
    for (const [query, path] of [
      ["from=2025-01-02&to=2025-01-01", "/from"],
      ["to=2999-01-01", "/to"],
      ["to=0000-01-01", "/to"],
      ["from=2025-02-30&to=2025-03-01", "/from"],
      ["from=yesterday", "/from"],
      ["step=minute", "/step"],
    ]) {
      const answer = await usage(query as string);
      assert.deepEqual([answer.body.code, answer.body.faults[0].path], ["validation_failed", path], query);
    }
    assert.equal((await get(`/api/agencies/${own.ids.agencyId}/usage/modules?from=2025-01-01`)).body.faults[0].path, "/from");
  });
});

describe("a ranking", () => {
  test("has pages, the busiest first, each once, including deleted ones", async () => {
    const modules = Array.from({ length: 7 }, () => randomUUID());
    await seedDay(own, "2026-02-01", modules, 10);
    await seedDay(own, "2026-02-02", [modules[0] as string, randomUUID()], 10);
    const seen: { moduleId: string; name: null; verified: { actions: number } }[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { body } = await get(`/api/agencies/${own.ids.agencyId}/usage/modules?from=2026-02-01&to=2026-02-02&limit=3${cursor && `&cursor=${cursor}`}`);
      assert.ok(body.items.length <= 3);
      seen.push(...body.items);
      cursor = body.next;
    }
    assert.equal(seen.length, 8);
    assert.equal(new Set(seen.map(({ moduleId }) => moduleId)).size, 8);
    assert.deepEqual([seen[0]?.moduleId, seen[0]?.verified.actions, seen[0]?.name], [modules[0], 20, null]);
    assert.deepEqual(
      seen.slice(1).map(({ verified }) => verified.actions),
      [16, 15, 14, 13, 12, 11, 11],
    );
  });

  test("refuses a cursor of another list", async () => {
    for (const cursor of ["x", "e30", Buffer.from('["-1","x"]').toString("base64url")]) {
      assert.equal((await get(`/api/agencies/${own.ids.agencyId}/usage/modules?cursor=${cursor}`)).body.code, "bad_request", cursor);
    }
  });
});
