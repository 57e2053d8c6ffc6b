import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { generateKeyPair } from "jose";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { type Backend, createPages, startBackend } from "./backend.ts";

const HOST = "https://portal.example";

let platform: TestPlatform;
let own: Agency;
let other: Agency;
let pages: ReturnType<typeof createPages>;
let installation = "";

before(async () => {
  platform = await startPlatform(() => []);
  [own, other] = [await makeAgency(platform, "own"), await makeAgency(platform, "other")];
  const { asOwner, publish } = createAgencyApi(platform, own);
  const path = `/api/clients/${own.ids.clientId}`;
  const moduleId = await publish("desk", { installLevel: "client", entryPoints: { portalPage: "main.js" }, hooks: ["portal:sidebar"] });
  installation = (await asOwner("POST", `${path}/installations`, { moduleId })).body.id;
  pages = createPages(platform, (await asOwner("POST", `${path}/surfaces`, { name: "portal", origins: [HOST] })).body.key, HOST);
});
after(() => platform?.close());

const newBackend = () => startBackend(platform, own, { role: "client_member", clientId: own.ids.clientId as string });
const session = async (assertion: string) => (await pages.session(installation, { assertion })).status;
const now = () => Math.floor(Date.now() / 1_000);

interface Entry {
  readonly action: string;
  readonly reason: string;
  readonly subjectId: string;
  readonly createdAt: string;
  readonly network: string | null;
}

/** The entries about a key in an agency's log, `action: reason`. They are written in the background. */
async function told({ kid }: Backend, agency = own, least = 1): Promise<{ words: string[]; entries: Entry[] }> {
  let entries: Entry[] = [];
  for (let turn = 0; turn === 0 || (turn < 100 && entries.length < least); turn++) {
    await sleep(20);
    const { body } = await call(platform, { key: agency.keys.agency_owner, method: "GET", path: `/api/agencies/${agency.ids.agencyId}/audit?limit=100` });
    entries = (body.items as Entry[]).filter(({ action, subjectId }) => subjectId === kid && /^assertion\./.test(action));
  }
  return { words: [...new Set(entries.map(({ action, reason }) => `${action}: ${reason}`))].sort(), entries };
}

describe("the audit log has an entry about a key", () => {
  for (const [what, claims, word] of [
    ["that signs what has expired", () => ({ iat: now() - 120, exp: now() - 61 }), "expired"],
    ["that signs for too long", () => ({ exp: now() + 3_600 }), "lifetime"],
    ["that signs for another issuer", () => ({ iss: other.ids.agencyId as string }), "issuer"],
    ["that names another tenant's client", () => ({ client: other.ids.clientId }), "tenant"],
    ["without a subject", () => ({ sub: undefined as never }), "claims"],
  ] as const) {
    test(what, async () => {
      const backend = await newBackend();
      assert.equal(await session(await backend.sign(claims())), 401);
      const { words, entries } = await told(backend);
      assert.deepEqual(words, [`assertion.refuse: ${word}`]);
      assert.ok(entries[0]?.network);
    });
  }

  test("signed by another key, at most once a minute", async () => {
    const backend = await newBackend();
    const { privateKey } = await generateKeyPair("EdDSA");
    await Promise.all(Array.from({ length: 30 }, async () => assert.equal(await session(await backend.sign({}, {}, privateKey)), 401)));
    const { words, entries } = await told(backend);
    assert.deepEqual(words, ["assertion.refuse: signature"]);
    assert.equal(new Set(entries.map(({ createdAt }) => createdAt.slice(0, 16))).size, entries.length);
  });

  test("whose assertion is used again", async () => {
    const backend = await newBackend();
    const assertion = await backend.sign();
    assert.deepEqual([await session(assertion), await session(assertion)], [200, 401]);
    assert.deepEqual((await told(backend)).words, ["assertion.replay: used"]);
  });

  test("that still signs after it was revoked, and for a plan as for a session", async () => {
    const backend = await newBackend();
    await backend.revoke();
    for (let turn = 0; turn < 40 && (await pages.plan(await backend.sign())).status !== 401; turn++) await sleep(50);
    assert.deepEqual((await told(backend)).words, ["assertion.refuse: key"]);
  });

  test("of another agency on a surface that is not its own, in that agency's log", async () => {
    const stranger = await startBackend(platform, other, { role: "agency_owner" });
    assert.equal(await session(await stranger.sign()), 403);
    assert.deepEqual((await told(stranger, other)).words, ["assertion.refuse: surface"]);
    assert.deepEqual((await told(stranger, own, 0)).words, []);
  });

  test("not when all its assertions are valid, or when a page has only its first assertion left", async () => {
    const backend = await newBackend();
    const { body } = await pages.session(installation, { assertion: await backend.sign() });
    const stale = await backend.sign({ iat: now() - 120, exp: now() - 61 });
    assert.equal((await pages.session(installation, { previous: body.token, assertion: stale })).status, 200);
    assert.equal((await pages.plan(await backend.sign())).status, 200);
    await sleep(300);
    assert.deepEqual((await told(backend, own, 0)).words, []);
  });
});
