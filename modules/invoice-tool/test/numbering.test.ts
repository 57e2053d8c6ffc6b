import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Collection, RequestFailed, type StoredDocument } from "@dramac/sdk";
import type { Invoice } from "../src/invoice.ts";
import { createNumbered } from "../src/numbering.ts";
import { invoice, stored } from "./invoices.ts";

/** A collection that takes each id once. Every call waits a moment, so that calls overlap. */
function createStorage(start: readonly Invoice[] = []) {
  const documents = new Map<string, StoredDocument<Invoice>>(start.map((data) => [`n${data.number}`, stored(data)]));
  let lostAnswers = 0;
  const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
  const collection = {
    async list({ filter, sort }: { filter?: { key?: string }; sort?: string }) {
      await turn();
      const found = [...documents.values()].filter(({ data }) => filter?.key === undefined || data.key === filter.key);
      return { items: (sort === "-createdAt" ? found.reverse() : found).slice(0, 1), next: null };
    },
    async get(id: string) {
      await turn();
      return documents.get(id);
    },
    async create(data: Invoice, { id }: { id: string }) {
      await turn();
      if (documents.has(id)) throw new RequestFailed("conflict", "taken");
      documents.set(id, stored(data));
      if (lostAnswers-- > 0) throw new RequestFailed("timeout", "no answer");
      return documents.get(id);
    },
  } as unknown as Collection<Invoice>;
  return {
    collection,
    numbers: () => [...documents.values()].map(({ data }) => data.number).sort((a, b) => a - b),
    loseAnswers: (times: number) => void (lostAnswers = times),
  };
}

const { key: _, number: __, label: ___, status: ____, ...draft } = invoice();
const create = (collection: Collection<Invoice>, key: string) => createNumbered(collection, { ...draft, key }, "INV-");

describe("numbers", () => {
  test("begin with one and continue from the newest", async () => {
    const { collection } = createStorage();
    assert.deepEqual([(await create(collection, "a")).data.label, (await create(collection, "b")).data.label], ["INV-0001", "INV-0002"]);
    const later = createStorage([invoice({ number: 12_345 })]);
    assert.equal((await create(later.collection, "c")).data.label, "INV-12346");
  });

  test("are given once, and none is left out, when twenty members write at the same time", async () => {
    const { collection, numbers } = createStorage([invoice({ number: 1, key: "old" })]);
    const made = await Promise.all(Array.from({ length: 20 }, (_one, member) => create(collection, `member-${member}`)));
    assert.deepEqual(
      numbers(),
      Array.from({ length: 21 }, (_one, index) => index + 1),
    );
    assert.equal(new Set(made.map(({ data }) => data.number)).size, 20);
    assert.deepEqual(
      made.map(({ data }) => data.key),
      Array.from({ length: 20 }, (_one, member) => `member-${member}`),
    );
  });

  test("are not used by a second try when the first was stored and only its answer was lost", async () => {
    const { collection, numbers, loseAnswers } = createStorage();
    loseAnswers(1);
    await assert.rejects(create(collection, "a"), { code: "timeout" });
    assert.equal((await create(collection, "a")).data.number, 1);
    assert.deepEqual(numbers(), [1]);
    assert.equal((await create(collection, "b")).data.number, 2);
  });
});

test("a draft that is refused for another reason is not tried under another number", async () => {
  const { collection, numbers } = createStorage();
  const full = { ...collection, create: () => Promise.reject(new RequestFailed("quota_exceeded", "full")) } as Collection<Invoice>;
  await assert.rejects(create(full, "a"), { code: "quota_exceeded" });
  assert.deepEqual(numbers(), []);
});
