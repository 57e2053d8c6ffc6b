import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Collection, CollectionSchema, type Principal } from "@dramac/contracts";
import type { Caller } from "../../src/services/caller.ts";
import { checkDocument, findCollection, type Reach, reachOf, requireReach, type StorageAction } from "../../src/services/collection-rules.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";

const ACTIONS: readonly StorageAction[] = ["create", "read", "update", "delete"];

const collectionOf = (rules: { visitor?: readonly string[]; member?: readonly string[]; schema?: Record<string, unknown> }): Collection =>
  CollectionSchema.parse(rules);
const callerOf = (principal: Principal, sub?: string, collections: Record<string, Collection> = {}): Caller =>
  ({ principal, ...(sub !== undefined && { sub }), installation: { manifest: { collections } } }) as unknown as Caller;

const visitor = callerOf("visitor", "visitor-name");
const anonymous = callerOf("visitor");
const member = callerOf("client_member", "member-name");

const reaches = (collection: Collection, caller: Caller): Reach[] => ACTIONS.map((action) => reachOf(collection, caller, action));

describe("the reach of a caller in a collection", () => {
  test("is nothing where the collection has no rules", async () => {
    for (const caller of [visitor, anonymous, member, callerOf("super_admin")]) {
      assert.deepEqual(reaches(collectionOf({}), caller), ["none", "none", "none", "none"]);
    }
  });

  for (const action of ACTIONS) {
    test(`is everything for a member whose rules include ${action}, and nothing for other actions and for visitors`, async () => {
      const collection = collectionOf({ member: [action] });
      const expected = ACTIONS.map((one) => (one === action ? "all" : "none"));
      for (const principal of ["client_member", "agency_member", "super_admin"] as const) assert.deepEqual(reaches(collection, callerOf(principal)), expected);
      assert.deepEqual(reaches(collection, visitor), ["none", "none", "none", "none"]);
    });
  }

  test("is what the visitor's rules give, with and without a credential, and nothing for members", async () => {
    for (const [rule, expected, withoutCredential] of [
      ["create", ["all", "none", "none", "none"], ["all", "none", "none", "none"]],
      ["read", ["none", "all", "none", "none"], ["none", "all", "none", "none"]],
      ["read:own", ["none", "own", "none", "none"], ["none", "none", "none", "none"]],
      ["update:own", ["none", "none", "own", "none"], ["none", "none", "none", "none"]],
      ["delete:own", ["none", "none", "none", "own"], ["none", "none", "none", "none"]],
    ] as const) {
      const collection = collectionOf({ visitor: [rule] });
      assert.deepEqual(reaches(collection, visitor), expected, rule);
      assert.deepEqual(reaches(collection, anonymous), withoutCredential, rule);
      assert.deepEqual(reaches(collection, member), ["none", "none", "none", "none"], rule);
    }
  });

  test("is everything for a visitor that may read all documents as well as its own", async () => {
    assert.equal(reachOf(collectionOf({ visitor: ["read:own", "read"] }), visitor, "read"), "all");
  });

  test("is nothing for a rule that no manifest can hold", async () => {
    const collection = { ...collectionOf({}), visitor: ["create:own"] } as unknown as Collection;
    assert.deepEqual(reaches(collection, visitor), ["none", "none", "none", "none"]);
  });
});

describe("a denied action", () => {
  const collection = collectionOf({ visitor: ["create", "read:own"], member: ["read"] });

  test("is refused with who was denied what, and an allowed one tells its reach", async () => {
    assert.equal(requireReach(collection, visitor, "create", "notes"), "all");
    assert.equal(requireReach(collection, visitor, "read", "notes"), "own");
    assert.equal(requireReach(collection, member, "read", "notes"), "all");
    const refusal = await refusalOf(() => requireReach(collection, member, "delete", "notes"));
    assert.deepEqual([refusal.code, refusal.message], ["collection_denied", "The rules of notes do not let a client_member delete."]);
    assert.equal(await refusalCodeOf(() => requireReach(collection, visitor, "delete", "notes")), "collection_denied");
  });

  test("of a visitor without a credential names the missing credential, and no other does", async () => {
    assert.match((await refusalOf(() => requireReach(collection, anonymous, "read", "notes"))).message, /credential/);
    for (const caller of [visitor, callerOf("agency_member")]) {
      assert.doesNotMatch((await refusalOf(() => requireReach(collection, caller, "delete", "notes"))).message, /credential/);
    }
  });
});

describe("a collection's name", () => {
  const notes = collectionOf({ member: ["read"] });

  test("finds the collection that the manifest declares, and no other", async () => {
    const caller = callerOf("client_member", undefined, { notes });
    assert.equal(findCollection(caller, "notes"), notes);
    assert.equal(await refusalCodeOf(() => findCollection(caller, "others")), "unknown_collection");
  });

  test("finds nothing that every object has", async () => {
    const caller = callerOf("client_member", undefined, { notes });
    for (const name of ["constructor", "toString", "__proto__"]) assert.equal(await refusalCodeOf(() => findCollection(caller, name)), "unknown_collection");
  });
});

describe("the schema of a collection", () => {
  const schema = { type: "object", properties: { age: { type: "number" } }, required: ["age"] };

  test("accepts a document that matches it, and refuses any other with every issue", async () => {
    const collection = collectionOf({ schema });
    for (let turn = 0; turn < 2; turn++) {
      checkDocument(collection, { age: 36 });
      const refusal = await refusalOf(() => checkDocument(collection, { age: "old" }));
      assert.deepEqual([refusal.code, refusal.extra.faults?.at(-1)?.path], ["validation_failed", "/age"]);
      assert.match(refusal.message, /\/age/);
    }
  });

  test("accepts every document when it is empty", async () => {
    checkDocument(collectionOf({}), { anything: [1, { of: "any form" }] });
  });

  test("refuses every document when it uses a keyword that may not run", async () => {
    const refusal = await refusalOf(() => checkDocument(collectionOf({ schema: { ...schema, patternProperties: { "^(a+)+$": {} } } }), { age: 36 }));
    assert.equal(refusal.code, "validation_failed");
    assert.match(refusal.message, /schema of this collection may not run.*patternProperties/);
  });
});
