import assert from "node:assert/strict";
import { test } from "node:test";
import type { Collection, StoredDocument } from "@dramac/sdk";
import { openSeen } from "../src/seen.ts";

type Mark = { seenAt: string };

function createState(start: Mark[] = []) {
  const calls: string[] = [];
  let refusals = 0;
  const stored = (data: Mark): StoredDocument<Mark> => ({ id: "one", version: 1, data, author: "visitor", mine: true, createdAt: "", updatedAt: "" });
  async function write(call: string, data: Mark): Promise<StoredDocument<Mark>> {
    if (refusals-- > 0) throw new Error("refused");
    calls.push(`${call} ${data.seenAt}`);
    return stored(data);
  }
  const collection = {
    list: async () => ({ items: start.map(stored), next: null }),
    create: (data: Mark) => write("create", data),
    update: (_id: string, data: Partial<Mark>) => write("update", data as Mark),
  } as unknown as Collection<Mark>;
  return { collection, calls, refuse: (times: number) => void (refusals = times) };
}

const whenWritten = () => new Promise((resolve) => setTimeout(resolve, 5));

test("creates the document once, then moves its time forward only", async () => {
  const { collection, calls } = createState();
  const seen = await openSeen(collection);
  assert.equal(seen.at, "");
  for (const at of ["2026-01-01", "2026-01-03", "2026-01-02", "2026-01-03"]) seen.mark(at);
  await whenWritten();
  assert.equal(seen.at, "2026-01-03");
  assert.deepEqual(calls, ["create 2026-01-01", "update 2026-01-03"]);
});

test("continues from the time of an earlier visit", async () => {
  const { collection, calls } = createState([{ seenAt: "2026-01-02" }]);
  const seen = await openSeen(collection);
  seen.mark("2026-01-01");
  seen.mark("2026-01-04");
  await whenWritten();
  assert.deepEqual(calls, ["update 2026-01-04"]);
});

test("a refused write does not stop the next one", async () => {
  const { collection, calls, refuse } = createState();
  const seen = await openSeen(collection);
  refuse(1);
  seen.mark("2026-01-01");
  seen.mark("2026-01-02");
  await whenWritten();
  assert.deepEqual(calls, ["create 2026-01-02"]);
});
