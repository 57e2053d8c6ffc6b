import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Collection, CollectionSchema } from "@dramac/contracts";
import type { Tx } from "../../src/db/database.ts";
import type { Caller } from "../../src/services/caller.ts";
import { prepareIndexes } from "../../src/services/document-indexes.ts";
import { createDocuments, type Documents } from "../../src/services/documents.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";
import { seedTenant } from "../helpers/tenant.ts";

const MEMBER_RULES = ["create", "read", "update", "delete"];
const INDEXED = CollectionSchema.parse({ member: MEMBER_RULES, indexed: ["name", "rank"] });
const UNIQUE = CollectionSchema.parse({ member: MEMBER_RULES, unique: ["name"] });
const PLAIN = CollectionSchema.parse({ member: MEMBER_RULES });

let suite: TestDatabase;
let documents: Documents;
let agencyId: string;
before(async () => {
  suite = await createTestDatabase();
  documents = createDocuments(suite.database);
  agencyId = (await seedTenant(suite.database, "lists")).agency;
});
after(() => suite?.destroy());

/** A member of an installation whose collections `people` and `others` declare the same. */
const memberOf = (declared: Collection, id: string = randomUUID()): Caller =>
  ({ installation: { id, agencyId, manifest: { collections: { people: declared, others: declared } } }, principal: "agency_member" }) as unknown as Caller;

const list = (caller: Caller, query: Record<string, unknown>, name = "people") => documents.list(caller, name, query);
const namesOf = async (caller: Caller, query: Record<string, unknown>, name?: string) => (await list(caller, query, name)).items.map(({ data }) => data.name);
const cursorOf = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe("a list by an indexed field", () => {
  let caller: Caller;
  let other: Caller;
  beforeEach(async () => {
    caller = memberOf(INDEXED);
    other = memberOf(INDEXED);
    for (const [who, name, id, data] of [
      [caller, "people", "a", { name: "Ada", rank: 2 }],
      [caller, "people", "b", { name: "Barbara", rank: 1 }],
      [caller, "others", "a", { name: "Zoe", rank: 20 }],
      [caller, "others", "c", { name: "Yves", rank: 10 }],
      [other, "people", "a", { name: "Xenia", rank: 200 }],
      [other, "people", "d", { name: "Will", rank: 100 }],
    ] as const) {
      await documents.create(who, name, { id, data });
    }
  });

  test("holds the documents of its own collection and installation", async () => {
    for (const sort of ["rank", "createdAt"]) {
      assert.deepEqual((await namesOf(caller, { sort })).sort(), ["Ada", "Barbara"], sort);
      assert.deepEqual((await namesOf(caller, { sort }, "others")).sort(), ["Yves", "Zoe"], sort);
      assert.deepEqual((await namesOf(other, { sort })).sort(), ["Will", "Xenia"], sort);
    }
    assert.deepEqual(await namesOf(caller, { sort: "rank" }), ["Barbara", "Ada"]);
  });

  test("is filtered by values of its own documents and of the field that the filter names", async () => {
    for (const [filter, expected] of [
      [{ rank: { gte: 2 } }, ["Ada"]],
      [{ rank: { gte: 10 } }, []],
      [{ name: { prefix: "Z" } }, []],
      [{ name: { prefix: "A" }, rank: { lt: 2 } }, []],
      [{ name: { prefix: "A" }, rank: { lte: 2 } }, ["Ada"]],
      [{ name: { gt: "Ada" } }, ["Barbara"]],
    ] as const) {
      for (const sort of ["createdAt", "rank"]) assert.deepEqual(await namesOf(caller, { filter, sort }), expected, JSON.stringify(filter));
    }
  });

  test("is sorted by that field and no other", async () => {
    assert.deepEqual(await namesOf(caller, { sort: "name" }), ["Ada", "Barbara"]);
    assert.deepEqual(await namesOf(caller, { sort: "-name" }), ["Barbara", "Ada"]);
    assert.deepEqual(await namesOf(caller, { sort: "rank" }), ["Barbara", "Ada"]);
  });

  test("tells numbers from texts that look like them, and null from a condition", async () => {
    const mixed = memberOf(INDEXED);
    for (const [name, rank] of [
      ["number", 1900],
      ["text", "1900"],
      ["null", null],
    ] as const) {
      await documents.create(mixed, "people", { data: { name, rank } });
    }
    assert.deepEqual(await namesOf(mixed, { filter: { rank: { in: [1900] } } }), ["number"]);
    assert.deepEqual(await namesOf(mixed, { filter: { rank: { in: ["1900"] } } }), ["text"]);
    assert.deepEqual(await namesOf(mixed, { filter: { rank: { in: [1901, "1901"] } } }), []);
    assert.deepEqual(await namesOf(mixed, { filter: { rank: { gte: 1900 } } }), ["number"]);
    assert.deepEqual(await namesOf(mixed, { filter: { rank: { gte: "1900" } } }), ["text"]);
    assert.deepEqual(await namesOf(mixed, { filter: { rank: null } }), ["null"]);
  });
});

describe("a collection that a later version indexes", () => {
  test("is indexed for itself, also when other collections and installations are indexed already", async () => {
    const ids = [randomUUID(), randomUUID()];
    for (const id of ids) {
      for (const name of ["people", "others"]) await documents.create(memberOf(PLAIN, id), name, { data: { name: "Ada" } });
    }
    for (const id of ids) {
      for (const name of ["people", "others"]) assert.deepEqual(await namesOf(memberOf(INDEXED, id), { sort: "name" }, name), ["Ada"], name);
    }
  });

  test("is indexed before it is filtered by a condition, in the order of creation, too", async () => {
    const id = randomUUID();
    await documents.create(memberOf(PLAIN, id), "people", { data: { name: "Ada" } });
    assert.deepEqual(await namesOf(memberOf(INDEXED, id), { filter: { name: { prefix: "A" } } }), ["Ada"]);
  });

  test("has no index any more when the version before runs again, and other collections have theirs", async () => {
    const id = randomUUID();
    const [before, next] = [memberOf(PLAIN, id), memberOf(UNIQUE, id)];
    for (const name of ["people", "others"]) await documents.create(next, name, { data: { name: "Ada" } });
    const elsewhere = memberOf(UNIQUE);
    await documents.create(elsewhere, "people", { data: { name: "Ada" } });
    await documents.create(before, "people", { data: { name: "Ada" } });
    const indexes = await suite.database.withTenant(
      agencyId,
      (tx) => tx`select installation_id, collection from module_collection_indexes where installation_id in (${id}, ${elsewhere.installation.id})`,
    );
    const found = indexes.map((row) => `${row.installation_id as string} ${row.collection as string}`).sort();
    assert.deepEqual(found, [`${id} others`, `${elsewhere.installation.id} people`].sort());
    assert.equal(await refusalCodeOf(documents.create(next, "others", { data: { name: "Ada" } })), "conflict");
    assert.equal(await refusalCodeOf(documents.create(next, "people", { data: { name: "Ada" } })), "conflict");
    assert.equal((await list(before, {})).items.length, 2);
  });
});

test("a value, or a combination of values, that another document has is named with its fields", async () => {
  const caller = memberOf(CollectionSchema.parse({ member: MEMBER_RULES, unique: ["name", ["day", "slot"]] }));
  await documents.create(caller, "people", { data: { name: "Ada", day: 1, slot: 1 } });
  const messageOf = async (data: Record<string, unknown>) => (await refusalOf(documents.create(caller, "people", { data }))).message;
  assert.match(await messageOf({ name: "Ada" }), /this name /);
  assert.match(await messageOf({ day: 1, slot: 1 }), /this combination of day and slot /);
});

describe("two versions that run at the same time", () => {
  const NAMED = CollectionSchema.parse({ member: MEMBER_RULES, indexed: ["name"] });
  const RANKED = CollectionSchema.parse({ member: MEMBER_RULES, indexed: ["rank"] });

  /** Starts work inside a transaction, which ends when the work has ended or waits for a lock. */
  async function startInside<T>(tx: Tx, work: () => Promise<T>): Promise<{ running: Promise<T> }> {
    let hasEnded = false;
    const running = work().finally(() => {
      hasEnded = true;
    });
    running.catch(() => undefined);
    for (let turn = 0; turn < 300 && !hasEnded; turn++) {
      const [row] = await tx`
        select count(*)::int as count from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`;
      if (row?.count) break;
      await sleep(10);
    }
    return { running };
  }

  test("index a document that one writes while the other builds its index", async () => {
    const id = randomUUID();
    const [before, next] = [memberOf(NAMED, id), memberOf(RANKED, id)];
    await list(before, { sort: "name" });
    const collection = { installationId: id, agencyId, name: "people", declared: RANKED };
    const { running } = await suite.database.withTenant(agencyId, async (tx) => {
      await prepareIndexes(tx, collection);
      return startInside(tx, () => documents.create(before, "people", { data: { name: "Ada", rank: 1 } }));
    });
    await running;
    assert.deepEqual(await namesOf(next, { sort: "rank" }), ["Ada"]);
  });

  test("wait for each other, but writers of one version do not", async () => {
    for (const declared of [NAMED, PLAIN]) {
      const caller = memberOf(declared);
      await documents.create(caller, "people", { data: { name: "first" } });
      await suite.database.withTenant(agencyId, async (tx) => {
        await prepareIndexes(tx, { installationId: caller.installation.id, agencyId, name: "people", declared });
        const writing = documents.create(caller, "people", { data: { name: "second" } }).then(() => "written");
        assert.equal(await Promise.race([writing, sleep(3_000, "still waiting")]), "written");
      });
    }
  });

  for (const [what, declared] of [
    ["other fields", NAMED],
    ["no fields", PLAIN],
  ] as const) {
    test(`index a document that a version with ${what} is still writing when the other builds its index`, async () => {
      const id = randomUUID();
      const [before, next] = [memberOf(declared, id), memberOf(RANKED, id)];
      await documents.create(before, "people", { data: { name: "first", rank: 1 } });
      const collection = { installationId: id, agencyId, name: "people", declared };
      const { running } = await suite.database.withTenant(agencyId, async (tx) => {
        await prepareIndexes(tx, collection);
        await tx`insert into module_documents (installation_id, agency_id, collection, id, author, data, size)
          values (${id}, ${agencyId}, 'people', 'second', 'member', ${tx.json({ name: "second", rank: 2 })}, 30)`;
        return startInside(tx, () => list(next, { sort: "rank" }));
      });
      await running;
      assert.deepEqual(await namesOf(next, { sort: "rank" }), ["first", "second"]);
    });
  }
});

describe("the pages of a list", () => {
  let caller: Caller;
  before(async () => {
    caller = memberOf(INDEXED);
    for (const rank of [1, 2, 3, 4]) await documents.create(caller, "people", { id: `id-${rank}`, data: { name: "same", rank } });
  });

  for (const sort of ["createdAt", "-createdAt", "rank", "-rank", "name"]) {
    test(`by ${sort} hold as many documents as were asked for, and the last one has no next`, async () => {
      const first = await list(caller, { sort, limit: 2 });
      const second = await list(caller, { sort, limit: 2, cursor: first.next ?? assert.fail("there is no next page") });
      assert.deepEqual([first.items.length, second.items.length, second.next], [2, 2, null]);
      const all = await list(caller, { sort, limit: 4 });
      assert.deepEqual([...first.items, ...second.items], all.items);
      assert.equal(all.next, null);
    });
  }

  test("are empty in an empty collection, without a next", async () => {
    assert.deepEqual(await list(memberOf(INDEXED), {}), { items: [], next: null });
  });

  const MOMENT = "2026-01-01T00:00:00.000000Z";

  test("begin at a cursor of their own form, and at no other", async () => {
    await list(caller, { cursor: cursorOf([MOMENT, "a"]) });
    await list(caller, { cursor: cursorOf(["2024-02-29T23:59:59.999999Z", "a"]) });
    for (const value of [
      null,
      "text",
      { length: 2 },
      [],
      [MOMENT],
      [MOMENT, "a", "b"],
      [MOMENT, 7],
      [MOMENT, "a\u0000"],
      [7, "a"],
      ["yesterday", "a"],
      [`${MOMENT} `, "a"],
      ["2026-13-01T00:00:00.000000Z", "a"],
      ["2026-02-30T00:00:00.000000Z", "a"],
      ["0000-01-01T00:00:00.000000Z", "a"],
      ["rank", 0, "1", "", "id-1"],
    ]) {
      assert.equal(await refusalCodeOf(() => list(caller, { cursor: cursorOf(value) })), "bad_request", JSON.stringify(value));
    }
    assert.equal(await refusalCodeOf(() => list(caller, { cursor: "{" })), "bad_request");
  });

  test("by an indexed field begin at a cursor of that field, and at no other", async () => {
    const sort = "rank";
    for (const kind of [0, 1, 2]) await list(caller, { sort, cursor: cursorOf(["rank", kind, "-1.5", "", "id"]) });
    for (const value of [
      [MOMENT, "a"],
      ["rank", 0, "1", ""],
      ["rank", 0, "1", "", "id", "more"],
      ["name", 0, "1", "", "id"],
      ["rank", 3, "1", "", "id"],
      ["rank", "0", "1", "", "id"],
      ["rank", 0, 1, "", "id"],
      ["rank", 0, "1e5", "", "id"],
      ["rank", 0, "NaN", "", "id"],
      ["rank", 0, "1", 7, "id"],
      ["rank", 0, "1", "", 7],
      ["rank", 0, "1", "a\u0000", "id"],
    ]) {
      assert.equal(await refusalCodeOf(() => list(caller, { sort, cursor: cursorOf(value) })), "bad_request", JSON.stringify(value));
    }
  });
});
