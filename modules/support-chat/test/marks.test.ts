import assert from "node:assert/strict";
import { test } from "node:test";
import { type Collection, RequestFailed, type StoredDocument } from "@dramac/sdk";
import { createMarks, type Mark } from "../src/inbox/marks.ts";

function createStorage() {
  const documents = new Map<string, StoredDocument<Mark>>();
  let refusals = 0;
  const put = (id: string, seenAt: string, version: number) => {
    const made: StoredDocument<Mark> = { id, version, data: { seenAt }, author: "member", mine: true, createdAt: "", updatedAt: "" };
    documents.set(id, made);
    return made;
  };
  const collection = {
    list: async () => ({ items: [...documents.values()], next: null }),
    get: async (id: string) => documents.get(id),
    async create({ seenAt }: Mark, { id }: { id: string }) {
      if (refusals-- > 0) throw new RequestFailed("unreachable", "no answer");
      if (documents.has(id)) throw new RequestFailed("conflict", "taken");
      return put(id, seenAt, 1);
    },
    async update(id: string, { seenAt }: Mark, ifMatch: number) {
      const { version } = documents.get(id) as StoredDocument<Mark>;
      if (version !== ifMatch) throw new RequestFailed("precondition_failed", "changed");
      return put(id, seenAt, version + 1);
    },
  } as unknown as Collection<Mark>;
  return { collection, put, refuse: (times: number) => void (refusals = times), seenAt: (id: string) => documents.get(id)?.data.seenAt };
}

test("a mark is created once and then moves forward only", async () => {
  const { collection, seenAt } = createStorage();
  const marked: string[] = [];
  const marks = createMarks(collection, (visitor, at) => marked.push(`${visitor} ${at}`));
  marks.mark("v", "2026-01-01");
  assert.deepEqual(marked, ["v 2026-01-01"]);
  marks.mark("v", "2026-01-03");
  marks.mark("v", "2026-01-02");
  await marks.whenWritten();
  assert.equal(seenAt("v"), "2026-01-03");
});

test("when two members read the same conversation, the later mark stays, in either order of writing", async () => {
  for (const [theirs, end] of [
    ["2026-01-09", "2026-01-09"],
    ["2026-01-01", "2026-01-05"],
  ] as const) {
    const { collection, put, seenAt } = createStorage();
    const marks = createMarks(collection, () => undefined);
    put("v", theirs, 1);
    marks.mark("v", "2026-01-05");
    await marks.whenWritten();
    assert.equal(seenAt("v"), end);
    put("v", "2026-01-10", 7);
    marks.mark("v", "2026-01-11");
    await marks.whenWritten();
    assert.equal(seenAt("v"), "2026-01-11");
  }
});

test("a mark that could not be stored does not stop the next one, and loading reports what is stored", async () => {
  const { collection, refuse, seenAt } = createStorage();
  const marks = createMarks(collection, () => undefined);
  refuse(1);
  marks.mark("v", "2026-01-01");
  marks.mark("v", "2026-01-02");
  await marks.whenWritten();
  assert.equal(seenAt("v"), "2026-01-02");
  const marked: string[] = [];
  await createMarks(collection, (visitor, at) => marked.push(`${visitor} ${at}`)).load();
  assert.deepEqual(marked, ["v 2026-01-02"]);
});
