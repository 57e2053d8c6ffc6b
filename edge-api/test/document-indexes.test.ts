import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { type Collection, CollectionSchema } from "@dramac/contracts";
import type { ApiError } from "../src/http/api-error.ts";
import type { Caller } from "../src/services/caller.ts";
import { createDocuments, type Documents } from "../src/services/documents.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";
import { seedTenant } from "./helpers/tenant.ts";

const EVERYTHING = ["create", "read", "update", "delete"];

let suite: TestDatabase;
let documents: Documents;
let agencyId: string;
before(async () => {
  suite = await createTestDatabase();
  documents = createDocuments(suite.database);
  agencyId = (await seedTenant(suite.database, "indexes")).agency;
});
after(() => suite?.destroy());

/** A member of a new installation, whose collection `people` declares these fields. */
function memberOf(declared: Partial<Record<"indexed" | "unique", unknown>>, id = randomUUID() as string): Caller {
  const people: Collection = CollectionSchema.parse({ member: EVERYTHING, visitor: ["create", "read:own"], ...declared });
  return { installation: { id, agencyId, manifest: { collections: { people } } }, principal: "agency_member" } as unknown as Caller;
}

const visitorOf = (caller: Caller, sub: string): Caller => ({ ...caller, principal: "visitor", sub }) as Caller;
const create = async (caller: Caller, data: Record<string, unknown>, id?: string) => documents.create(caller, "people", { data, ...(id && { id }) });
const list = async (caller: Caller, query: Record<string, unknown>) => (await documents.list(caller, "people", query)).items.map(({ data }) => data.name);

async function refused(work: Promise<unknown>): Promise<{ code: string; paths: string[]; detail: string }> {
  try {
    await work;
  } catch (error) {
    const { code, extra, message } = error as ApiError;
    return { code, paths: extra?.faults?.map(({ path }) => path) ?? [], detail: message };
  }
  return assert.fail("nothing was refused");
}

describe("a unique field", () => {
  test("refuses a second document with the same value, names the field, and stores nothing", async () => {
    const caller = memberOf({ unique: ["email"] });
    await create(caller, { name: "Ada", email: "ada@example.com" });
    const { code, paths, detail } = await refused(create(caller, { name: "Eve", email: "ada@example.com" }));
    assert.deepEqual([code, paths], ["conflict", ["/data/email"]]);
    assert.match(detail, /email/);
    assert.deepEqual(await list(caller, {}), ["Ada"]);
  });

  test("accepts other values, other types, missing values and null", async () => {
    const caller = memberOf({ unique: ["email"] });
    for (const email of ["1", 1, "a@example.com", "A@example.com", true]) await create(caller, { email });
    for (const data of [{}, {}, { email: null }, { email: null }]) await create(caller, data);
    assert.equal((await list(caller, {})).length, 9);
  });

  test("is separate for each installation and collection", async () => {
    const [one, other] = [memberOf({ unique: ["email"] }), memberOf({ unique: ["email"] })];
    await create(one, { email: "ada@example.com" });
    await create(other, { email: "ada@example.com" });
  });

  test("holds for updates, and a value is free again after an update or a deletion", async () => {
    const caller = memberOf({ unique: ["email"] });
    await create(caller, { email: "a" }, "a");
    await create(caller, { email: "b" }, "b");
    assert.equal((await refused(documents.update(caller, "people", "b", { data: { email: "a" } }))).code, "conflict");
    await documents.update(caller, "people", "a", { data: { email: "a", name: "same value" } });
    await documents.update(caller, "people", "a", { data: { email: "c" } });
    await documents.update(caller, "people", "b", { data: { email: "a" } });
    await documents.remove(caller, "people", "b");
    await create(caller, { email: "a" });
  });

  test("can be a combination, which is told with all its fields", async () => {
    const caller = memberOf({ unique: [["day", "slot"]] });
    await create(caller, { day: "monday", slot: 1 });
    await create(caller, { day: "monday", slot: 2 });
    await create(caller, { day: "tuesday", slot: 1 });
    await create(caller, { day: "monday" });
    await create(caller, { day: "monday" });
    const { code, paths } = await refused(create(caller, { day: "monday", slot: 2 }));
    assert.deepEqual([code, paths], ["conflict", ["/data/day", "/data/slot"]]);
  });

  test("holds against a visitor as against a member", async () => {
    const caller = memberOf({ unique: ["email"] });
    await create(visitorOf(caller, "v1"), { email: "a" });
    assert.equal((await refused(create(visitorOf(caller, "v2"), { email: "a" }))).code, "conflict");
  });
});

describe("unique values under concurrency", () => {
  test("one of fifty creations at the same time succeeds", async () => {
    const caller = memberOf({ unique: ["email", ["day", "slot"]] });
    const outcomes = await Promise.allSettled(Array.from({ length: 50 }, (_, at) => create(caller, { email: "same", day: at, slot: at })));
    const codes = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [(outcome.reason as ApiError).code] : []));
    assert.deepEqual([codes.length, new Set(codes)], [49, new Set(["conflict"])]);
    assert.equal((await list(caller, {})).length, 1);
  });

  test("documents that exchange their values at the same time end with values that differ", async () => {
    const caller = memberOf({ unique: ["seat"] });
    await create(caller, { seat: 1 }, "a");
    await create(caller, { seat: 2 }, "b");
    const moves = Array.from({ length: 20 }, (_, at) => documents.update(caller, "people", at % 2 ? "a" : "b", { data: { seat: 1 + (at % 3) } }));
    const outcomes = await Promise.allSettled(moves);
    for (const outcome of outcomes) if (outcome.status === "rejected") assert.equal((outcome.reason as ApiError).code, "conflict");
    const { items } = await documents.list(caller, "people", {});
    assert.equal(new Set(items.map(({ data }) => data.seat)).size, 2);
  });

  test("every document that is written while another version declares other fields is found through the new index", async () => {
    const id = randomUUID();
    const [before, next] = [memberOf({}, id), memberOf({ indexed: ["rank"], unique: ["name"] }, id)];
    const writes = Array.from({ length: 60 }, (_, at) => create(at % 2 ? before : next, { name: `n${at}`, rank: at }));
    await Promise.all([...writes, list(next, { sort: "rank" }), list(next, { sort: "-rank" })]);
    const names = await list(next, { sort: "rank", limit: 100 });
    assert.deepEqual(
      names,
      Array.from({ length: 60 }, (_, at) => `n${at}`),
    );
  });
});

describe("an indexed field", () => {
  const people: [name: string, born: unknown][] = [
    ["Ada", 1815],
    ["Grace", 1906],
    ["Alan", 1912],
    ["Anonymous", null],
    ["Text", "1900"],
    ["True", true],
  ];
  let caller: Caller;
  before(async () => {
    caller = memberOf({ indexed: ["name", "born"] });
    for (const [name, born] of people) await create(caller, { name, born });
  });

  for (const [what, query, names] of [
    ["sorts numbers before texts and missing values last", { sort: "born" }, ["True", "Ada", "Grace", "Alan", "Text", "Anonymous"]],
    ["sorts from the last to the first", { sort: "-born" }, ["Anonymous", "Text", "Alan", "Grace", "Ada", "True"]],
    ["sorts texts by code point", { sort: "name" }, ["Ada", "Alan", "Anonymous", "Grace", "Text", "True"]],
    ["is filtered by range", { filter: { born: { gte: 1815, lt: 1912 } }, sort: "born" }, ["Ada", "Grace"]],
    ["is filtered by a range of texts", { filter: { name: { gt: "Alan", lte: "Grace" } }, sort: "name" }, ["Anonymous", "Grace"]],
    ["is filtered by list", { filter: { born: { in: [1906, "1900", 7] } }, sort: "name" }, ["Grace", "Text"]],
    ["is filtered by an empty list", { filter: { born: { in: [] } } }, []],
    ["is filtered by prefix", { filter: { name: { prefix: "A" } }, sort: "-name" }, ["Anonymous", "Alan", "Ada"]],
    ["takes a prefix literally", { filter: { name: { prefix: "%" } } }, []],
    ["combines conditions with equality", { filter: { name: { prefix: "A" }, born: 1912 } }, ["Alan"]],
  ] as const) {
    test(what, async () => assert.deepEqual(await list(caller, query), names));
  }

  test("is paged through in each direction without a gap or a repetition", async () => {
    for (const sort of ["born", "-born", "createdAt", "-createdAt"]) {
      const found: unknown[] = [];
      for (let cursor: string | undefined; ; ) {
        const { items, next } = await documents.list(caller, "people", { sort, limit: 2, ...(cursor && { cursor }) });
        found.push(...items.map(({ data }) => data.name));
        if (!next) break;
        cursor = next;
      }
      assert.deepEqual(found, await list(caller, { sort }));
      assert.equal(new Set(found).size, people.length);
    }
  });

  test("is needed for sorting and for conditions: the refusal names the field", async () => {
    assert.deepEqual((await refused(list(caller, { sort: "email" }))).paths, ["/sort"]);
    assert.deepEqual((await refused(list(caller, { filter: { email: { prefix: "a" } } }))).paths, ["/filter/email"]);
    assert.deepEqual(await list(caller, { filter: { email: "a" } }), []);
  });

  test("refuses a text that is longer than an index holds, and takes one that fits", async () => {
    const own = memberOf({ indexed: ["name"] });
    assert.deepEqual((await refused(create(own, { name: "a".repeat(501) }))).paths, ["/data/name"]);
    await create(own, { name: "a".repeat(500) });
  });

  test("refuses cursors that are not ours, and moments that do not exist", async () => {
    const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const [sort, cursor] of [
      ["createdAt", "nonsense"],
      ["createdAt", cursorOf(["2026-02-30T00:00:00.000000Z", "a"])],
      ["createdAt", cursorOf(["0000-01-01T00:00:00.000000Z", "a"])],
      ["createdAt", cursorOf(["2026-01-01T00:00:00.000000Z", "a\u0000"])],
      ["born", cursorOf(["name", 1, "0", "Ada", "a"])],
      ["born", cursorOf(["born", 0, "1e5", "", "a"])],
    ] as const) {
      assert.equal((await refused(list(caller, { sort, cursor }))).code, "bad_request", cursor);
    }
  });

  test("shows a visitor its own documents alone, in the order that it asks for", async () => {
    const own = memberOf({ indexed: ["rank"] });
    for (const [sub, name, rank] of [
      ["v1", "second", 2],
      ["v2", "foreign", 1],
      ["v1", "first", 1],
    ] as const) {
      await create(visitorOf(own, sub), { name, rank });
    }
    assert.deepEqual(await list(visitorOf(own, "v1"), { sort: "rank" }), ["first", "second"]);
  });
});

describe("a version that declares other fields", () => {
  test("indexes what was stored before, and keeps what was double already", async () => {
    const id = randomUUID();
    const plain = memberOf({}, id);
    for (const [name, email] of [
      ["one", "a"],
      ["two", "a"],
      ["three", "b"],
    ] as const) {
      await create(plain, { name, email });
    }
    const next = memberOf({ indexed: ["name"], unique: ["email"] }, id);
    assert.deepEqual(await list(next, { sort: "name" }), ["one", "three", "two"]);
    assert.equal((await refused(create(next, { name: "four", email: "b" }))).code, "conflict");
    // Without the declarations again, and back: what was written in between is not missing.
    await create(plain, { name: "zero", email: "b" });
    assert.deepEqual(await list(next, { sort: "name" }), ["one", "three", "two", "zero"]);
  });
});
