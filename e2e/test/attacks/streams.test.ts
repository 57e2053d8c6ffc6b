import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { InstallationId } from "@dramac/contracts";
import type { TestPlatform } from "../../src/index.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

let platform: TestPlatform;
let probe: InstallationId;
let villain: InstallationId;
let post: TwoInstallations["post"];
let openSession: TwoInstallations["openSession"];

before(async () => {
  ({ platform, probe, villain, post, openSession } = await startTwoInstallations());
});
after(() => platform?.close());

async function tokenOf(installation: InstallationId): Promise<string> {
  const answer = await openSession(installation);
  return (JSON.parse(answer.body) as { token: string }).token;
}

/** A stream that gathers what it says until it ends. */
async function openStream(id: InstallationId, token: string, query = "collection=notes") {
  const abort = new AbortController();
  const answer = await fetch(`${platform.url}/api/modules/${id}/stream?${query}`, { headers: { authorization: `Bearer ${token}` }, signal: abort.signal });
  const seen = { text: "", hasEnded: false };
  void (async () => {
    for await (const part of answer.body ?? []) seen.text += Buffer.from(part).toString();
  })()
    .catch(() => undefined)
    .finally(() => (seen.hasEnded = true));
  return { status: answer.status, seen, close: () => abort.abort() };
}

async function isWithin(ms: number, holds: () => boolean): Promise<boolean> {
  for (const until = Date.now() + ms; Date.now() < until; await sleep(20)) if (holds()) return true;
  return holds();
}

const setEnabled = (id: InstallationId, isEnabled: boolean) =>
  platform.database.withPlatform("test", (tx) => tx`update site_module_installations set is_enabled = ${isEnabled} where id = ${id}`);

describe("121: streams after a right ends, and many streams", () => {
  test("the stream of a disabled installation ends within two seconds; its neighbour's continues and reports changes", async () => {
    const [ended, remaining] = [await openStream(probe, await tokenOf(probe)), await openStream(villain, await tokenOf(villain))];
    assert.deepEqual([ended.status, remaining.status], [200, 200]);
    await setEnabled(probe, false);
    assert.ok(await isWithin(2_000, () => ended.seen.hasEnded));
    await sleep(100);
    assert.equal(remaining.seen.hasEnded, false);
    remaining.close();

    await setEnabled(probe, true);
    await sleep(500);
    const token = await tokenOf(probe);
    const again = await openStream(probe, token);
    const created = { requestId: 1, method: "POST", endpoint: "/storage/notes", data: { data: { text: "new" } } };
    assert.equal((await post(probe, `/api/modules/${probe}/proxy`, created, { authorization: `Bearer ${token}` })).status, 200);
    assert.ok(await isWithin(2_000, () => /data: \{"collection":"notes"/.test(again.seen.text)));
    again.close();
  });

  test("the streams of a suspended surface and of a killed module end too", async () => {
    const token = await tokenOf(probe);
    for (const [take, give] of [
      [
        () => platform.database.withPlatform("test", (tx) => tx`update surfaces set status = 'suspended'`),
        () => platform.database.withPlatform("test", (tx) => tx`update surfaces set status = 'active'`),
      ],
      [
        () => platform.database.withPlatform("test", (tx) => tx`update modules set killed_at = now() where slug = 'probe'`),
        () => platform.database.withPlatform("test", (tx) => tx`update modules set killed_at = null where slug = 'probe'`),
      ],
    ] as const) {
      const { seen } = await openStream(probe, token);
      assert.ok(await isWithin(2_000, () => seen.text !== ""));
      await take();
      assert.ok(await isWithin(2_000, () => seen.hasEnded));
      assert.equal((await openStream(probe, token)).status, 410);
      await give();
      await sleep(500);
    }
  });

  test("a visitor may have eight streams; closing one allows another", async () => {
    const token = await tokenOf(probe);
    const streams = await Promise.all(Array.from({ length: 8 }, () => openStream(probe, token)));
    assert.ok(streams.every(({ status }) => status === 200));
    assert.equal((await openStream(probe, token)).status, 429);
    streams[0]?.close();
    await sleep(300);
    const next = await openStream(probe, token);
    assert.equal(next.status, 200);
    for (const { close } of [...streams, next]) close();
  });

  test("new visitor ids get no more streams than their network may have", async () => {
    await sleep(300);
    const streams = [];
    for (let at = 0; at < 33; at++) streams.push(await openStream(probe, await tokenOf(probe)));
    assert.deepEqual([streams.filter(({ status }) => status === 200).length, streams.at(-1)?.status], [32, 429]);
    for (const { close } of streams) close();
  });

  test("seventeen collections are refused, and so is one that a visitor may not read", async () => {
    const token = await tokenOf(probe);
    const many = Array.from({ length: 17 }, (_, at) => `collection=c${at}`).join("&");
    assert.equal((await openStream(probe, token, many)).status, 400);
    assert.equal((await openStream(probe, token, "collection=nothing")).status, 404);
  });
});
