import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { InstallationId } from "@dramac/contracts";
import { dialPort, type TestPlatform } from "../../src/index.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

const AT_ONCE = 20;

let platform: TestPlatform;
let probe: InstallationId;
let villain: InstallationId;
let post: TwoInstallations["post"];
let openSession: TwoInstallations["openSession"];

before(async () => {
  ({ platform, probe, villain, post, openSession } = await startTwoInstallations());
});
after(() => platform?.close());

/** A token of a visitor that was made up for it. */
const tokenOf = async (id: InstallationId) => (JSON.parse((await openSession(id)).body) as { token: string }).token;

const readSite = (id: InstallationId, token: string) =>
  post(id, `/api/modules/${id}/proxy`, { requestId: 1, method: "GET", endpoint: "/site" }, { authorization: `Bearer ${token}` });

/** Statuses of `count` calls, some at a time. */
async function repeat(count: number, call: () => Promise<{ status: number }>): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < count) statuses.push(...(await Promise.all(Array.from({ length: AT_ONCE }, async () => (await call()).status))));
  return statuses;
}

describe("120: limits that new visitor ids cannot lift", () => {
  test("a network with ever new visitors has one rate; its calls to another module continue", async () => {
    const tokens = await Promise.all([tokenOf(probe), tokenOf(probe), tokenOf(probe)]);
    const statuses: number[] = [];
    for (const token of tokens) statuses.push(...(await repeat(500, () => readSite(probe, token))));
    assert.equal(statuses.filter((status) => status === 200).length, 1_200);
    assert.equal(statuses.filter((status) => status === 429).length, 300);
    const refused = await readSite(probe, await tokenOf(probe));
    assert.equal((JSON.parse(refused.body) as { code: string }).code, "rate_limited");
    assert.ok(Number(refused.headers["retry-after"]) > 0);
    assert.equal((await readSite(villain, await tokenOf(villain))).status, 200);
  });

  test("sessions for one module do not use another module's rate", async () => {
    const statuses = await repeat(140, () => openSession(probe));
    assert.ok(statuses.includes(429));
    assert.equal((await openSession(villain)).status, 200);
  });
});

describe("122: anonymous beacons", () => {
  const beacon = (surface: string | undefined, metadata: Record<string, string>) =>
    dialPort(platform.port, "/api/events", {
      method: "POST",
      headers: { "content-type": "text/plain" },
      body: JSON.stringify({
        surface,
        events: [{ id: randomUUID(), installation: probe, version: "1.0.0", type: "action", name: "seen", metadata, at: new Date().toISOString() }],
      }),
    });

  test("an event of a kilobyte is stored, a larger one is refused with the path", async () => {
    const key = platform.seeded.sites.shop?.siteKey;
    const text = "x".repeat(480);
    assert.equal((await beacon(key, { a: text, b: text })).status, 202);
    const refused = await beacon(key, { a: text, b: text, c: text });
    assert.equal(refused.status, 422);
    assert.match(refused.body, /\/events\/0\/metadata/);
  });

  test("a flood for one surface does not use another surface's rate", async () => {
    const [flooded, other] = [`site_${"1".repeat(22)}`, `site_${"2".repeat(22)}`];
    const statuses = await repeat(260, () => beacon(flooded, {}));
    assert.equal(statuses.filter((status) => status === 202).length, 240);
    assert.equal((await beacon(other, {})).status, 202);
  });
});
