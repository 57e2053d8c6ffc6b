import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import type { Database } from "../../src/db/database.ts";
import { type AssertionKeys, createAssertionKeys } from "../../src/services/identity/assertion-keys.ts";
import { seedAssertionKey, seedClient } from "../helpers/access-seeds.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

let suite: TestDatabase;
let database: Database;
let tenant: Tenant;
before(async () => {
  suite = await createTestDatabase();
  database = suite.database;
  tenant = await seedTenant(database, "keys");
});
after(() => suite?.destroy());

let keys: AssertionKeys;
let isListening: boolean;
let lookUps: number;
/** Runs once after the next look-up has read its rows, before its result is used. */
let afterLookUp: (() => void) | undefined;
beforeEach(() => {
  [isListening, lookUps, afterLookUp] = [true, 0, undefined];
  const withPlatform: Database["withPlatform"] = async (reason, work) => {
    lookUps++;
    const result = await database.withPlatform(reason, work);
    afterLookUp?.();
    afterLookUp = undefined;
    return result;
  };
  keys = createAssertionKeys({ ...database, withPlatform, isListening: () => isListening });
});

const inAgency = <T>(work: Parameters<typeof database.withTenant<T>>[1]) => database.withTenant(tenant.agency, work);
const newKey = async (given?: Parameters<typeof seedAssertionKey>[2]) => (await seedAssertionKey(database, tenant, given)).id;

/** How many look-ups the work needed. */
async function countLookUps(work: () => Promise<unknown>): Promise<number> {
  const before = lookUps;
  await work();
  return lookUps - before;
}

describe("a registered key", () => {
  test("is found with everything that its assertions are read by", async () => {
    const id = await newKey({ algorithm: "ES256" });
    const { verify, ...key } = (await keys.find(id)) ?? assert.fail("not found");
    assert.deepEqual(key, { id, agencyId: tenant.agency, clientId: tenant.client, algorithm: "ES256", role: "client_member" });
    assert.ok(verify);
    const { id: agencyKey } = await seedAssertionKey(database, { agency: tenant.agency }, { role: "agency_admin" });
    const found = await keys.find(agencyKey);
    assert.deepEqual([found?.id, found?.clientId, found?.role], [agencyKey, null, "agency_admin"]);
  });

  test("is not found when it does not exist, was revoked or has expired", async () => {
    const revoked = await newKey();
    assert.ok(await keys.find(revoked));
    await inAgency((tx) => tx`update assertion_keys set revoked_at = now() where id = ${revoked}`);
    keys.drop(revoked);
    for (const id of [revoked, randomUUID(), await newKey({ expiresAt: new Date(Date.now() - 1_000) })]) assert.equal(await keys.find(id), undefined);
    assert.ok(await keys.find(await newKey({ expiresAt: new Date(Date.now() + 60_000) })));
  });

  test("is not found while its agency or its client is suspended", async () => {
    const suspended = await seedTenant(database, "suspended");
    const { id: agencyKey } = await seedAssertionKey(database, { agency: suspended.agency });
    const { client } = await seedClient(database, tenant.agency);
    const { id: clientKey } = await seedAssertionKey(database, { agency: tenant.agency, client });
    for (const [table, owner, id] of [
      ["agencies", suspended.agency, agencyKey],
      ["clients", client, clientKey],
    ] as const) {
      const set = (status: string) => database.withPlatform("test", (tx) => tx`update ${tx(table)} set status = ${status} where id = ${owner}`);
      assert.ok(await keys.find(id));
      await set("suspended");
      keys.clear();
      assert.equal(await keys.find(id), undefined, table);
      await set("active");
      keys.clear();
      assert.ok(await keys.find(id), table);
    }
  });
});

describe("the cache of keys", () => {
  test("answers without a look-up, for a key that exists and for one that does not", async () => {
    for (const id of [await newKey(), randomUUID()]) {
      assert.equal(await countLookUps(() => keys.find(id)), 1);
      assert.equal(await countLookUps(() => keys.find(id)), 0);
    }
  });

  test("is not used while notifications may be lost", async () => {
    const id = await newKey();
    await keys.find(id);
    isListening = false;
    assert.equal(await countLookUps(() => keys.find(id)), 1);
  });

  test("ends with the key", async () => {
    const id = await newKey({ expiresAt: new Date(Date.now() + 400) });
    assert.ok(await keys.find(id));
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.equal(await keys.find(id), undefined);
  });

  test("forgets one key, or all", async () => {
    const [one, other] = [await newKey(), await newKey()];
    const unknown = randomUUID();
    const findAll = async () => {
      for (const id of [one, other, unknown]) await keys.find(id);
    };
    await findAll();
    keys.drop(one);
    assert.equal(await countLookUps(findAll), 1);
    keys.drop(unknown);
    assert.equal(await countLookUps(findAll), 1);
    keys.clear();
    assert.equal(await countLookUps(findAll), 3);
  });

  test("does not remember what was read before a change", async () => {
    const id = await newKey();
    for (const forget of [() => keys.drop(id), () => keys.clear()]) {
      for (const asked of [id, randomUUID()]) {
        keys.clear();
        afterLookUp = forget;
        await keys.find(asked);
        assert.equal(await countLookUps(() => keys.find(asked)), 1);
      }
    }
  });
});

describe("whether a person has signed out", () => {
  const SIGNED_OUT_AT = 1_700_000_000;
  const signOut = (id: string, subject: string, at = SIGNED_OUT_AT) =>
    inAgency(
      (tx) => tx`insert into signed_out_members (key_id, subject, agency_id, signed_out_at) values (${id}, ${subject}, ${tenant.agency}, to_timestamp(${at}))
        on conflict (key_id, subject) do update set signed_out_at = excluded.signed_out_at`,
    );

  test("is true for what was asserted until that second, with and without a look-up", async () => {
    const id = await newKey();
    await signOut(id, "ada", SIGNED_OUT_AT + 0.7);
    for (let turn = 0; turn < 2; turn++) {
      for (const [assertedAt, expected] of [
        [SIGNED_OUT_AT - 1, true],
        [SIGNED_OUT_AT, true],
        [SIGNED_OUT_AT + 1, false],
      ] as const) {
        if (turn === 0) keys.clear();
        assert.equal(await keys.hasSignedOut(id, "ada", assertedAt), expected);
      }
    }
    assert.equal(await countLookUps(() => keys.hasSignedOut(id, "ada", SIGNED_OUT_AT)), 0);
  });

  test("is false for another person, and for another key", async () => {
    const [id, other] = [await newKey(), await newKey()];
    await signOut(id, "ada");
    for (const [key, subject] of [
      [id, "eve"],
      [other, "ada"],
    ] as const) {
      for (let turn = 0; turn < 2; turn++) assert.equal(await keys.hasSignedOut(key, subject, 1), false);
    }
    assert.equal(await keys.hasSignedOut(id, "ada", 1), true);
  });

  test("is looked up again while notifications may be lost, and after a notification", async () => {
    const id = await newKey();
    assert.equal(await keys.hasSignedOut(id, "ada", 1), false);
    await signOut(id, "ada");
    assert.equal(await keys.hasSignedOut(id, "ada", 1), false);
    isListening = false;
    assert.equal(await keys.hasSignedOut(id, "ada", 1), true);
  });

  test("is forgotten with its key, or with all keys", async () => {
    const [id, other] = [await newKey(), await newKey()];
    const askAll = async () => {
      for (const key of [id, other]) for (const subject of ["ada", "eve"]) await keys.hasSignedOut(key, subject, 1);
    };
    await askAll();
    keys.drop(id);
    assert.equal(await countLookUps(askAll), 2);
    keys.clear();
    assert.equal(await countLookUps(askAll), 4);
  });

  test("is not remembered from before a change", async () => {
    const id = await newKey();
    for (const forget of [() => keys.drop(id), () => keys.clear()]) {
      keys.clear();
      afterLookUp = forget;
      await keys.hasSignedOut(id, "ada", 1);
      assert.equal(await countLookUps(() => keys.hasSignedOut(id, "ada", 1)), 1);
    }
  });
});
