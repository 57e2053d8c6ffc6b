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

const ID = "11111111-1111-4111-8111-111111111111" as InstallationId;
const CALLER = {
  installation: { id: ID, manifest: { collections: { notes: { member: ["create"] } } } },
  principal: "agency_member",
  permissions: ["access:storage"],
} as unknown as Caller;

/** The route that files arrive at, with a store that keeps what it is given; whoever asks says which network it is of. */
function startUploads(readMs?: number) {
  const kept: string[] = [];
  const routes = mediaUploadRoutes({
    addresses: createAddresses(readConfiguration({ NODE_ENV: "test" })),
    resolveCaller: async () => CALLER,
    media: { put: async (_: Caller, { name }: { name: string }) => kept.push(name) && {} } as never,
    usage: { countCall: () => undefined },
    clientInfoOf: (context) => ({ address: context.req.header("x-network") ?? "", requestId: "" }),
    ...(readMs !== undefined && { readMs }),
  });
  routes.onError((error) => problemResponse(error as ApiError, ""));
  return {
    kept,
    /** Sends a byte, and the rest when the test says so. */
    send(network: string, name: string) {
      let finish: () => void = () => undefined;
      const sent = { status: 0, code: "", isCancelled: false, isRead: false };
      const body = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            if (sent.isRead) return;
            sent.isRead = true;
            controller.enqueue(Buffer.from("a"));
            finish = () => {
              finish = () => undefined;
              controller.close();
            };
          },
          cancel: () => void (sent.isCancelled = true),
        },
        { highWaterMark: 0 },
      );
      const request = { method: "PUT", headers: { "x-network": network }, body, duplex: "half" } as RequestInit;
      const answered = Promise.resolve(routes.request(`/api/modules/${ID}/media?collection=notes&name=${name}`, request)).then(async (answer) => {
        sent.status = answer.status;
        sent.code = ((await answer.json()) as { code?: string }).code ?? "";
      });
      return { sent, answered, finish: () => finish() };
    },
  };
}

async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 5_000; !isSo(); await sleep(5)) assert.ok(Date.now() < end, "it did not come true");
}

describe("files on their way", () => {
  test("of whoever sends slowly keep those of the same network waiting, and nobody else's", async () => {
    const { send, kept } = startUploads();
    const slow = Array.from({ length: UPLOAD_QUEUE.maxRunningPerKey }, (_, at) => send("one", `slow-${at}`));
    await until(() => slow.every(({ sent }) => sent.isRead));
    const [waiting, neighbour] = [send("one", "waiting"), send("two", "neighbour")];
    await until(() => neighbour.sent.isRead);
    neighbour.finish();
    await neighbour.answered;
    assert.deepEqual([neighbour.sent.status, kept], [201, ["neighbour"]]);
    assert.equal(waiting.sent.isRead, false, "what waits for a place is not read into memory");
    slow[0]?.finish();
    await until(() => waiting.sent.isRead);
    for (const { finish, answered } of [waiting, ...slow]) {
      finish();
      await answered;
    }
    assert.equal(kept.length, 4);
  });

  test(`are ${UPLOAD_QUEUE.maxRunning} at once, of however many networks`, async () => {
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

  test("that take too long are given up, read no further, and make room", async () => {
    const { send, kept } = startUploads(300);
    const slow = Array.from({ length: UPLOAD_QUEUE.maxRunningPerKey }, (_, at) => send("one", `slow-${at}`));
    await until(() => slow.every(({ sent }) => sent.isRead));
    const next = send("one", "next");
    await Promise.all(slow.map(({ answered }) => answered));
    assert.ok(slow.every(({ sent }) => sent.status === 504 && sent.code === "timeout" && sent.isCancelled));
    await until(() => next.sent.isRead);
    next.finish();
    await next.answered;
    assert.deepEqual([next.sent.status, kept], [201, ["next"]]);
  });
});

describe("a file that many read", () => {
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

  test("is in memory once, for those who come one after the other and for those who come together", async () => {
    const store = createMediaStore(db.database, "https://media.example");
    const together = await Promise.all(Array.from({ length: 20 }, () => store.find(hash, type)));
    const later = await store.find(hash, type);
    assert.equal(later?.bytes.length, 1_000);
    assert.equal(new Set([...together, later].map((file) => file?.bytes)).size, 1);
  });

  test("is nobody's any more the moment its module is killed, though its bytes are still in memory", async () => {
    const store = createMediaStore(db.database, "https://media.example");
    assert.ok(await store.find(hash, type));
    await db.database.withPlatform("test", (tx) => tx`update modules set killed_at = now()`);
    assert.equal(await store.find(hash, type), undefined);
    await db.database.withPlatform("test", (tx) => tx`update modules set killed_at = null`);
    assert.ok(await store.find(hash, type));
  });
});
