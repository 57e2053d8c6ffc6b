import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Collection, RequestFailed } from "@dramac/sdk";
import type { Lead, Stage } from "../src/lead.ts";
import { createLeadStore, type Stored } from "../src/lead-store.ts";
import { lead, stored } from "./leads.ts";

/** A collection with versions. Its next update can be delayed or refused. */
function createStorage(start: Stored) {
  let current: Stored | undefined = start;
  let refusal: RequestFailed | undefined;
  let held: Promise<void> = Promise.resolve();
  const versions: (number | undefined)[] = [];
  const collection = {
    async update(_id: string, data: Partial<Lead>, ifMatch?: number) {
      await held;
      versions.push(ifMatch);
      const error = refusal;
      refusal = undefined;
      if (error) throw error;
      if (!current) throw new RequestFailed("not_found", "gone");
      if (ifMatch !== current.version) throw new RequestFailed("precondition_failed", "changed");
      return (current = { ...current, version: current.version + 1, data: { ...current.data, ...data } });
    },
    async get() {
      if (!current) throw new RequestFailed("not_found", "gone");
      return current;
    },
  } as unknown as Collection<Lead>;
  return {
    collection,
    versions,
    refuse: (code: "unreachable" | "rate_limited") => void (refusal = new RequestFailed(code, code)),
    /** Delays updates until the returned function is called. */
    hold(): () => void {
      let release = () => undefined as void;
      held = new Promise((resolve) => (release = resolve));
      return release;
    },
    changeElsewhere: (data: Partial<Lead>) => void (current = current && { ...current, version: current.version + 1, data: { ...current.data, ...data } }),
    removeElsewhere: () => void (current = undefined),
    get stage(): Stage | undefined {
      return current?.data.stage;
    },
  };
}

function open(start = stored("a", lead())) {
  const storage = createStorage(start);
  let changes = 0;
  const store = createLeadStore(storage.collection, () => void changes++);
  store.put(start);
  return { storage, store, shown: () => store.list().map(({ data }) => data.stage), changes: () => changes };
}

describe("a move", () => {
  test("shows at once and is then stored", async () => {
    const { storage, store, shown } = open();
    const release = storage.hold();
    const outcome = store.move("a", "won");
    assert.deepEqual([shown(), storage.stage, store.isMoving("a")], [["won"], "new", true]);
    release();
    assert.equal((await outcome).kind, "moved");
    assert.deepEqual([shown(), storage.stage, store.isMoving("a")], [["won"], "won", false]);
  });

  test("is taken back when it is refused", async () => {
    const { storage, store, shown } = open();
    storage.refuse("unreachable");
    const outcome = store.move("a", "won");
    assert.deepEqual(shown(), ["won"]);
    assert.equal((await outcome).kind, "failed");
    assert.deepEqual([shown(), storage.stage], [["new"], "new"]);
  });

  test("never overwrites another member's change, which is then shown", async () => {
    const { storage, store, shown } = open();
    storage.changeElsewhere({ stage: "lost" });
    const outcome = await store.move("a", "won");
    assert.deepEqual([outcome.kind, shown(), storage.stage], ["overtaken", ["lost"], "lost"]);
    assert.equal((await store.move("a", "won")).kind, "moved");
    assert.equal(storage.stage, "won");
  });

  test("removes the lead from the board when another member has deleted it", async () => {
    const { storage, store, shown } = open();
    storage.removeElsewhere();
    assert.equal((await store.move("a", "won")).kind, "deleted");
    assert.deepEqual(shown(), []);
  });

  test("waits for the move before it, and the board always shows the last one", async () => {
    const { storage, store, shown } = open();
    const release = storage.hold();
    const moves = [store.move("a", "contacted"), store.move("a", "proposal"), store.move("a", "won")];
    assert.deepEqual(shown(), ["won"]);
    release();
    await moves[0];
    assert.deepEqual(shown(), ["won"]);
    assert.deepEqual(
      (await Promise.all(moves)).map(({ kind }) => kind),
      ["moved", "moved", "moved"],
    );
    assert.deepEqual([storage.versions, storage.stage], [[1, 2, 3], "won"]);
  });
});

describe("the store", () => {
  test("never replaces a version by an older one", () => {
    const { store } = open(stored("a", lead({ stage: "won" }), 5));
    store.put(stored("a", lead({ stage: "new" }), 4));
    store.reset([stored("a", lead({ stage: "new" }), 4)]);
    assert.equal(store.stageOf("a"), "won");
    store.reset([stored("a", lead({ stage: "lost" }), 6)]);
    assert.equal(store.stageOf("a"), "lost");
  });

  test("holds what a complete listing holds, newest first", () => {
    const { store } = open();
    store.reset([stored("b", lead({ name: "Bo" })), stored("cc", lead({ name: "Cy" }))]);
    assert.deepEqual(
      store.list().map(({ data }) => data.name),
      ["Cy", "Bo"],
    );
  });

  test("updates a lead when it has changed, and removes it when it was deleted", async () => {
    const { storage, store, shown, changes } = open();
    storage.changeElsewhere({ stage: "proposal" });
    const before = changes();
    await store.refresh("a");
    assert.deepEqual([shown(), changes() > before], [["proposal"], true]);
    storage.removeElsewhere();
    assert.equal(await store.refresh("a"), undefined);
    assert.deepEqual(shown(), []);
  });
});
