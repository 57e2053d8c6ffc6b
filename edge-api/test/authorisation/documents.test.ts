import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Collection, CollectionSchema, type DocumentPage, STORAGE_LIMITS } from "@dramac/contracts";
import type { Database } from "../../src/db/database.ts";
import type { Caller } from "../../src/services/caller.ts";
import { IndexesChanged } from "../../src/services/document-indexes.ts";
import { createDocuments, type Documents } from "../../src/services/documents.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";
import { seedTenant } from "../helpers/tenant.ts";

const MEMBER_RULES = ["create", "read", "update", "delete"];
const COLLECTIONS: Record<string, Collection> = {
  notes: CollectionSchema.parse({ member: MEMBER_RULES, visitor: ["create", "read:own", "update:own", "delete:own"] }),
  board: CollectionSchema.parse({ member: MEMBER_RULES, visitor: ["create", "read"] }),
  people: CollectionSchema.parse({
    member: MEMBER_RULES,
    visitor: ["create"],
    indexed: ["name"],
    unique: ["email"],
    schema: { type: "object", properties: { age: { type: "number" } } },
  }),
  archive: CollectionSchema.parse({ member: ["read"] }),
};

/** The collection `people` of a version that declares no fields. */
const PLAIN = CollectionSchema.parse({ member: MEMBER_RULES });

let suite: TestDatabase;
let database: Database;
let documents: Documents;
let agencyId: string;
let foreignAgencyId: string;
before(async () => {
  suite = await createTestDatabase();
  database = suite.database;
  documents = createDocuments(database);
  agencyId = (await seedTenant(database, "own")).agency;
  foreignAgencyId = (await seedTenant(database, "foreign")).agency;
});
after(() => suite?.destroy());

/** A member of a new installation. */
function newMember(agency = agencyId): Caller {
  const installation = { id: randomUUID(), agencyId: agency, manifest: { collections: COLLECTIONS } };
  return { installation, principal: "client_member", sub: "member-name" } as unknown as Caller;
}
const visitorOf = ({ installation }: Caller, sub?: string): Caller =>
  ({ installation, principal: "visitor", ...(sub !== undefined && { sub }) }) as unknown as Caller;

const dataOf = (page: DocumentPage): unknown[] => page.items.map(({ data }) => data.text);

let member: Caller;
let ada: Caller;
let eve: Caller;
let anonymous: Caller;
beforeEach(() => {
  member = newMember();
  ada = visitorOf(member, "ada");
  eve = visitorOf(member, "eve");
  anonymous = visitorOf(member);
});

describe("a visitor", () => {
  test("reads, changes and removes its own documents, and another visitor's look as if they were missing", async () => {
    const { id } = await documents.create(ada, "notes", { data: { text: "mine" } });
    for (const work of [
      () => documents.get(eve, "notes", id),
      () => documents.update(eve, "notes", id, { data: { text: "taken" } }),
      () => documents.remove(eve, "notes", id),
    ]) {
      const refusal = await refusalOf(work());
      assert.deepEqual([refusal.code, refusal.message], ["not_found", `There is no document ${id} in notes.`]);
    }
    assert.deepEqual((await documents.get(ada, "notes", id)).data, { text: "mine" });
    assert.deepEqual((await documents.update(ada, "notes", id, { data: { text: "changed" } })).data, { text: "changed" });
    await documents.remove(ada, "notes", id);
    assert.equal(await refusalCodeOf(documents.get(ada, "notes", id)), "not_found");
  });

  test("lists its own documents where it may read its own, and everyone's where it may read all", async () => {
    for (const name of ["notes", "board"]) {
      await documents.create(ada, name, { data: { text: "from ada" } });
      await documents.create(eve, name, { data: { text: "from eve" } });
    }
    assert.deepEqual(dataOf(await documents.list(ada, "notes", undefined)), ["from ada"]);
    assert.deepEqual(dataOf(await documents.list(ada, "board", undefined)), ["from ada", "from eve"]);
  });

  test("cannot narrow a list to another visitor's documents, as a member can", async () => {
    for (const name of ["notes", "board"]) {
      await documents.create(ada, name, { data: { text: "from ada" } });
      await documents.create(eve, name, { data: { text: "from eve" } });
    }
    assert.deepEqual(dataOf(await documents.list(member, "notes", { visitor: "ada" })), ["from ada"]);
    assert.deepEqual(dataOf(await documents.list(member, "notes", {})), ["from ada", "from eve"]);
    assert.deepEqual(dataOf(await documents.list(eve, "notes", { visitor: "ada" })), ["from eve"]);
    assert.deepEqual(dataOf(await documents.list(eve, "board", { visitor: "ada" })), ["from ada", "from eve"]);
  });

  test("without a credential creates documents that belong to no visitor, and reads none", async () => {
    const { id, mine, author } = await documents.create(anonymous, "notes", { data: { text: "mine" } });
    assert.deepEqual([mine, author], [false, "visitor"]);
    for (const work of [() => documents.get(anonymous, "notes", id), () => documents.list(anonymous, "notes", {})]) {
      assert.equal(await refusalCodeOf(work), "collection_denied");
    }
    assert.equal("visitor" in (await documents.get(member, "notes", id)), false);
  });

  test("cannot write on another visitor's behalf, as a member can", async () => {
    const given = { data: { text: "note" }, visitor: "ada" };
    assert.equal(await refusalCodeOf(() => documents.create(eve, "notes", given)), "permission_denied");
    const { id, author, visitor } = await documents.create(member, "notes", given);
    assert.deepEqual([author, visitor], ["member", "ada"]);
    assert.equal((await documents.get(ada, "notes", id)).mine, false);
    assert.equal(await refusalCodeOf(documents.get(eve, "notes", id)), "not_found");
  });
});

describe("the rules of a collection", () => {
  test("are asked before a document is created, read, changed, removed or listed", async () => {
    const archive = "archive";
    await database.withTenant(
      agencyId,
      (tx) => tx`insert into module_documents (installation_id, agency_id, collection, id, author, data, size)
        values (${member.installation.id}, ${agencyId}, ${archive}, 'old', 'member', '{"text": "kept"}', 1)`,
    );
    assert.deepEqual((await documents.get(member, archive, "old")).data, { text: "kept" });
    assert.deepEqual(dataOf(await documents.list(member, archive, {})), ["kept"]);
    for (const work of [
      () => documents.create(member, archive, { data: {} }),
      () => documents.update(member, archive, "old", { data: {} }),
      () => documents.remove(member, archive, "old"),
      () => documents.get(ada, archive, "old"),
      () => documents.list(ada, archive, {}),
    ]) {
      assert.equal(await refusalCodeOf(work), "collection_denied");
    }
    assert.deepEqual((await documents.get(member, archive, "old")).data, { text: "kept" });
  });

  test("are needed: a collection that the manifest does not declare is refused", async () => {
    assert.equal(await refusalCodeOf(() => documents.create(member, "others", { data: {} })), "unknown_collection");
    assert.equal(await refusalCodeOf(documents.get(member, "others", "id")), "unknown_collection");
  });
});

describe("a document", () => {
  test("tells who wrote it, whether it is the caller's and, to members alone, which visitor it belongs to", async () => {
    const made = await documents.create(ada, "board", { data: { text: "hello" } });
    assert.deepEqual([made.version, made.author, made.mine, "visitor" in made], [1, "visitor", true, false]);
    assert.equal(new Date(made.createdAt).toISOString(), made.createdAt);
    assert.equal(made.updatedAt, made.createdAt);
    assert.equal((await documents.get(eve, "board", made.id)).mine, false);
    assert.equal((await documents.get(anonymous, "board", made.id)).mine, false);
    const seen = await documents.get(member, "board", made.id);
    assert.deepEqual([seen.mine, seen.visitor], [false, "ada"]);
    const own = await documents.create(member, "board", { data: {} });
    assert.deepEqual([own.author, own.mine, "visitor" in own], ["member", true, false]);
  });

  test("keeps the fields that a change does not name, and counts its versions", async () => {
    const { id } = await documents.create(member, "notes", { data: { text: "one", unchanged: true } });
    const changed = await documents.update(member, "notes", id, { data: { text: "two" } });
    assert.deepEqual([changed.version, changed.data], [2, { text: "two", unchanged: true }]);
    assert.deepEqual((await documents.get(member, "notes", id)).data, { text: "two", unchanged: true });
  });

  test("has the id that was given, once in its collection, or a new one", async () => {
    assert.equal((await documents.create(member, "notes", { id: "chosen", data: {} })).id, "chosen");
    assert.equal(await refusalCodeOf(documents.create(member, "notes", { id: "chosen", data: {} })), "conflict");
    await documents.create(member, "board", { id: "chosen", data: {} });
    const [one, other] = [await documents.create(member, "notes", { data: {} }), await documents.create(member, "notes", { data: {} })];
    assert.notEqual(one.id, other.id);
  });

  test("is told apart from those of other installations, collections and ids", async () => {
    const other = newMember();
    const each = [
      [member, "notes", "a"],
      [member, "notes", "b"],
      [member, "board", "a"],
      [other, "notes", "a"],
    ] as const;
    for (const [at, [caller, name, id]] of each.entries()) await documents.create(caller, name, { id, data: { text: String(at) } });
    const read = () => Promise.all(each.map(async ([caller, name, id]) => (await documents.get(caller, name, id)).data.text));
    assert.deepEqual(await read(), ["0", "1", "2", "3"]);
    await documents.update(member, "notes", "a", { data: { text: "changed" } });
    assert.deepEqual(await read(), ["changed", "1", "2", "3"]);
    await documents.remove(member, "notes", "a");
    for (const [caller, name, id] of each.slice(1)) await documents.get(caller, name, id);
    for (const [caller, name, id] of [
      [member, "notes", "a"],
      [other, "notes", "b"],
      [other, "board", "a"],
      [member, "board", "b"],
    ] as const) {
      assert.equal(await refusalCodeOf(documents.get(caller, name, id)), "not_found");
    }
  });

  test("is out of reach of another agency, even for one who names the installation", async () => {
    const { id } = await documents.create(member, "notes", { data: { text: "own" } });
    const stranger = { ...member, installation: { ...member.installation, agencyId: foreignAgencyId } };
    assert.equal(await refusalCodeOf(documents.get(stranger, "notes", id)), "not_found");
    assert.deepEqual((await documents.list(stranger, "notes", {})).items, []);
    assert.deepEqual((await documents.get(member, "notes", id)).data, { text: "own" });
  });

  test("must match the schema of its collection when it is created and after a change", async () => {
    const { id } = await documents.create(member, "people", { data: { age: 36 } });
    assert.equal(await refusalCodeOf(() => documents.create(member, "people", { data: { age: "old" } })), "validation_failed");
    assert.equal(await refusalCodeOf(documents.update(member, "people", id, { data: { age: "old" } })), "validation_failed");
    assert.deepEqual((await documents.update(member, "people", id, { data: { age: 37 } })).data, { age: 37 });
  });

  test("holds indexed texts of a bounded length when it is created and after a change", async () => {
    const { id } = await documents.create(member, "people", { data: { name: "a".repeat(500) } });
    const tooLong = { data: { name: "a".repeat(501) } };
    assert.equal(await refusalCodeOf(() => documents.create(member, "people", tooLong)), "validation_failed");
    assert.equal(await refusalCodeOf(documents.update(member, "people", id, tooLong)), "validation_failed");
  });

  test("is found by its indexed field, and its unique value is taken, after its creation and after a change", async () => {
    const { id } = await documents.create(member, "people", { data: { name: "Ada", email: "ada@example.com" } });
    const found = async (name: string) => (await documents.list(member, "people", { filter: { name: { prefix: name } } })).items.length;
    assert.equal(await found("Ada"), 1);
    assert.equal(await refusalCodeOf(documents.create(member, "people", { data: { email: "ada@example.com" } })), "conflict");
    await documents.update(member, "people", id, { data: { name: "Grace", email: "grace@example.com" } });
    assert.deepEqual([await found("Ada"), await found("Grace")], [0, 1]);
    assert.equal(await refusalCodeOf(documents.create(member, "people", { data: { email: "grace@example.com" } })), "conflict");
    await documents.create(member, "people", { data: { email: "ada@example.com" } });
  });

  test("is found by a field that only a later version indexes, after its creation and after a change by the version before", async () => {
    const plain: Caller = {
      ...member,
      installation: { ...member.installation, manifest: { ...member.installation.manifest, collections: { people: PLAIN } } },
    };
    const names = async () => (await documents.list(member, "people", { sort: "name" })).items.map(({ data }) => data.name);
    await documents.create(member, "people", { id: "a", data: { name: "Ada" } });
    assert.deepEqual(await names(), ["Ada"]);
    await documents.create(plain, "people", { id: "b", data: { name: "Barbara" } });
    assert.deepEqual(await names(), ["Ada", "Barbara"]);
    await documents.update(plain, "people", "a", { data: { name: "Grace" } });
    assert.deepEqual(await names(), ["Barbara", "Grace"]);
  });

  test("holds a bounded number of bytes, and no NUL characters", async () => {
    const fits = { text: "a".repeat(STORAGE_LIMITS.documentBytes - JSON.stringify({ text: "" }).length) };
    await documents.create(member, "notes", { data: fits });
    const refuse = (data: Record<string, unknown>) => refusalCodeOf(() => documents.create(member, "notes", { data }));
    assert.equal(await refuse({ text: `${fits.text}a` }), "payload_too_large");
    assert.equal(await refuse({ text: "a\u0000b" }), "validation_failed");
  });

  test("that does not fit into the storage of the installation is refused", async () => {
    const { id } = await documents.create(member, "notes", { data: { text: "small" } });
    await database.withPlatform("test", (tx) => tx`update module_storage_usage set limit_bytes = 100 where installation_id = ${member.installation.id}`);
    assert.equal(await refusalCodeOf(documents.create(member, "notes", { data: { text: "a".repeat(200) } })), "quota_exceeded");
    await documents.update(member, "notes", id, { data: { text: "still small" } });
  });
});

describe("changes at the same time", () => {
  /** Runs work while the document's row is locked, and unlocks it when `waiting` transactions wait for locks. */
  async function whileLocked<T>(id: string, waiting: number, work: () => Promise<T>): Promise<T> {
    let result: Promise<T> | undefined;
    await database.withTenant(agencyId, async (tx) => {
      await tx`select from module_documents where installation_id = ${member.installation.id} and id = ${id} for update`;
      result = work();
      result.catch(() => undefined);
      for (let turn = 0; turn < 300; turn++) {
        const [row] = await tx`
          select count(distinct pid)::int as count from pg_locks join pg_stat_activity using (pid) where not granted and datname = current_database()`;
        if (Number(row?.count) >= waiting) return;
        await sleep(10);
      }
    });
    return result as Promise<T>;
  }

  test("of one version: one wins, and the other is refused", async () => {
    const { id } = await documents.create(member, "notes", { data: { text: "start" } });
    const change = (text: string) => documents.update(member, "notes", id, { data: { [text]: true }, ifMatch: 1 });
    const outcomes = await whileLocked(id, 2, () => Promise.allSettled([change("one"), change("other")]));
    const refused = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [(outcome.reason as { code: string }).code] : []));
    assert.deepEqual(refused, ["precondition_failed"]);
    assert.equal((await documents.get(member, "notes", id)).version, 2);
  });

  test("of different fields without a version are both kept", async () => {
    const { id } = await documents.create(member, "notes", { data: {} });
    const change = (text: string) => documents.update(member, "notes", id, { data: { [text]: true } });
    await whileLocked(id, 2, () => Promise.all([change("one"), change("other")]));
    assert.deepEqual((await documents.get(member, "notes", id)).data, { one: true, other: true });
  });

  test("of another version than the current one are refused, and of the current one are accepted", async () => {
    const { id } = await documents.create(member, "notes", { data: { text: "one" } });
    await documents.update(member, "notes", id, { data: { text: "two" }, ifMatch: 1 });
    for (const ifMatch of [1, 3]) assert.equal(await refusalCodeOf(documents.update(member, "notes", id, { data: {}, ifMatch })), "precondition_failed");
    assert.equal((await documents.update(member, "notes", id, { data: {}, ifMatch: 2 })).version, 3);
  });
});

describe("a transaction that PostgreSQL stops", () => {
  /** Documents whose transactions end with an error a number of times. */
  function failing(times: number, error: Error) {
    const attempts = { count: 0 };
    const withTenant: Database["withTenant"] = (agency, work) => {
      if (++attempts.count > 20) return new Promise(() => undefined);
      return attempts.count <= times ? Promise.reject(error) : database.withTenant(agency, work);
    };
    return { attempts, documents: createDocuments({ ...database, withTenant }) };
  }
  const deadlock = Object.assign(new Error("deadlock detected"), { code: "40P01" });

  test("because of a deadlock, or of an index that another version changed, runs again, five times in all", async () => {
    const { id } = await documents.create(member, "notes", { data: { text: "same" } });
    for (const error of [deadlock, new IndexesChanged()]) {
      const fourTimes = failing(4, error);
      assert.deepEqual((await fourTimes.documents.get(member, "notes", id)).data, { text: "same" });
      assert.equal(fourTimes.attempts.count, 5);
    }
    const always = failing(10, deadlock);
    await assert.rejects(always.documents.get(member, "notes", id), deadlock);
    assert.equal(always.attempts.count, 5);
  });

  test("for any other reason does not run again, and the caller gets that reason", async () => {
    const error = Object.assign(new Error("out of memory"), { code: "53200" });
    const once = failing(1, error);
    await assert.rejects(once.documents.get(member, "notes", "id"), error);
    assert.equal(once.attempts.count, 1);
  });
});
