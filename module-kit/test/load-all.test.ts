import assert from "node:assert/strict";
import { test } from "node:test";
import { loadAll } from "@dramac/module-kit";
import { type DocumentPage, type ListQuery, RequestFailed, type StoredDocument } from "@dramac/sdk";

const documents = Array.from(
  { length: 250 },
  (_, index): StoredDocument<number> => ({ id: `d${index}`, version: 1, data: index, author: "member", mine: true, createdAt: "", updatedAt: "" }),
);

/** A collection that gives its documents in pages; the cursor is the index of the next document. */
function createCollection() {
  const queries: Partial<ListQuery>[] = [];
  return {
    queries,
    async list(query: Partial<ListQuery> = {}): Promise<DocumentPage<number>> {
      queries.push(query);
      const start = Number(query.cursor ?? 0);
      const end = start + (query.limit ?? 20);
      return { items: documents.slice(start, end), next: end < documents.length ? String(end) : null };
    },
  };
}

test("loads every page of a collection in order, newest first", async () => {
  const collection = createCollection();
  assert.deepEqual(await loadAll(collection), documents);
  assert.deepEqual(
    collection.queries.map(({ sort, limit, cursor }) => [sort, limit, cursor]),
    [
      ["-createdAt", 100, undefined],
      ["-createdAt", 100, "100"],
      ["-createdAt", 100, "200"],
    ],
  );
});

test("loads an empty collection with one request", async () => {
  let requests = 0;
  const list = async () => (requests++, { items: [], next: null });
  assert.deepEqual(await loadAll({ list }), []);
  assert.equal(requests, 1);
});

test("fails when a page is refused", async () => {
  const list = () => Promise.reject(new RequestFailed("rate_limited", "Too many requests."));
  await assert.rejects(loadAll({ list }), { code: "rate_limited" });
});
