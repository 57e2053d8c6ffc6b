import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { InstallationId } from "@dramac/contracts";
import { createAddresses } from "../src/addresses.ts";
import { readConfiguration } from "../src/config.ts";
import { problemResponse, type ApiError } from "../src/http/api-error.ts";
import { createMediaStore } from "../src/media/media-store.ts";
import { UPLOAD_QUEUE, mediaUploadRoutes } from "../src/routes/media.ts";
import type { Caller } from "../src/services/caller.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";
import { seedTenant } from "./helpers/tenant.ts";
import { createWatchedBody } from "./helpers/watched-body.ts";

const ID = "11111111-1111-4111-8111-111111111111" as InstallationId;
const CALLER = {
  installation: { id: ID, manifest: { collections: { notes: { member: ["create"] } } } },
  principal: "agency_member",
  permissions: ["access:storage"],
} as unknown as Caller;

/** The upload route with a store that records names; the header `x-network` is the network of the caller. */
function startUploads(readMs?: number) {
  const stored: string[] = [];
  const routes = mediaUploadRoutes({
    addresses: createAddresses(readConfiguration({ NODE_ENV: "test" })),
    resolveCaller: async () => CALLER,
    media: { put: async (_: Caller, { name }: { name: string }) => stored.push(name) && {} } as never,
    usage: { countCall: () => undefined },
    clientInfoOf: (context) => ({ address: context.req.header("x-network") ?? "", requestId: "" }),
    ...(readMs !== undefined && { readMs }),
  });
  routes.onError((error) => problemResponse(error as ApiError, ""));
  return {
    stored,
    send(network: string, name: string) {
      const { body, watched, finish } = createWatchedBody();
      const sent = Object.assign(watched, { status: 0, code: "" });
      const request = { method: "PUT", headers: { "x-network": network }, body, duplex: "half" } as RequestInit;
      const answered = Promise.resolve(routes.request(`/api/modules/${ID}/media?collection=notes&name=${name}`, request)).then(async (answer) => {
        sent.status = answer.status;
        sent.code = ((await answer.json()) as { code?: string }).code ?? "";
      });
      return { sent, answered, finish };
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !isSo(); await sleep(5)) assert.ok(Date.now() < end, "the condition was not reached in 5 s");
}

describe("uploads", () => {
  test("by a slow sender delay other uploads of its network, and no others", async () => {
    const { send, stored } = startUploads();
    const slow = Array.from({ length: UPLOAD_QUEUE.maxRunningPerKey }, (_, at) => send("one", `slow-${at}`));
    await until(() => slow.every(({ sent }) => sent.isRead));
    const [waiting, neighbour] = [send("one", "waiting"), send("two", "neighbour")];
    await until(() => neighbour.sent.isRead);
    neighbour.finish();
    await neighbour.answered;
    assert.deepEqual([neighbour.sent.status, stored], [201, ["neighbour"]]);
    assert.equal(waiting.sent.isRead, false, "a waiting upload is not read into memory");
    slow[0]?.finish();
    await until(() => waiting.sent.isRead);
    for (const { finish, answered } of [waiting, ...slow]) {
      finish();
      await answered;
    }
    assert.equal(stored.length, 4);
  });

  test(`are read ${UPLOAD_QUEUE.maxRunning} at once, from any number of networks`, async () => {
    const { send } = startUploads();
    const all = Array.from({ length: UPLOAD_QUEUE.maxRunning + 1 }, (_, at) => send(`network ${at}`, "file"));
    await until(() => all.filter(({ sent }) => sent.isRead).length === UPLOAD_QUEUE.maxRunning);
    await sleep(50);
    assert.equal(all.at(-1)?.sent.isRead, false);
    all[0]?.finish();
    await until(() => all.at(-1)?.sent.isRead === true);
    for (const { finish } of all) finish();
    await Promise.all(all.map(({ answered }) => answered));
    assert.ok(all.every(({ sent }) => sent.status === 201));
  });

  test("that take too long are refused, not read further, and free their slot", async () => {
    const { send, stored } = startUploads(300);
    const slow = Array.from({ length: UPLOAD_QUEUE.maxRunningPerKey }, (_, at) => send("one", `slow-${at}`));
    await until(() => slow.every(({ sent }) => sent.isRead));
    const next = send("one", "next");
    await Promise.all(slow.map(({ answered }) => answered));
    assert.ok(slow.every(({ sent }) => sent.status === 504 && sent.code === "timeout" && sent.isCancelled));
    await until(() => next.sent.isRead);
    next.finish();
    await next.answered;
    assert.deepEqual([next.sent.status, stored], [201, ["next"]]);
  });
});

describe("a file with many readers", () => {
  const [hash, type] = ["a".repeat(64), "text/plain"] as const;
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
    const { agency, module } = await seedTenant(db.database, "media");
    await db.database.withTenant(
      agency,
      (tx) => tx`insert into module_media (installation_id, content_hash, agency_id, module_id, collection, author, name, content_type, bytes, size)
        values (${ID}, ${hash}, ${agency}, ${module}, 'notes', 'member', 'file', ${type}, ${Buffer.alloc(1_000)}, 1000)`,
    );
  });
  after(() => db?.destroy());

  test("is in memory once, for readers one after the other and for readers at the same time", async () => {
    const store = createMediaStore(db.database, "https://media.example");
    const together = await Promise.all(Array.from({ length: 20 }, () => store.find(hash, type)));
    const later = await store.find(hash, type);
    assert.equal(later?.bytes.length, 1_000);
    assert.equal(new Set([...together, later].map((file) => file?.bytes)).size, 1);
  });

  test("is not served from the moment its module is killed, although its bytes are still in memory", async () => {
    const store = createMediaStore(db.database, "https://media.example");
    assert.ok(await store.find(hash, type));
    await db.database.withPlatform("test", (tx) => tx`update modules set killed_at = now()`);
    assert.equal(await store.find(hash, type), undefined);
    await db.database.withPlatform("test", (tx) => tx`update modules set killed_at = null`);
    assert.ok(await store.find(hash, type));
  });
});
