import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { find, PAGE_SIZE, pageOf, type Query } from "../src/find.ts";
import { invoice, stored } from "./invoices.ts";

const TODAY = "2026-04-01";
const all = [
  invoice({ number: 1, label: "INV-0001", customer: "Zoo", dueOn: "2026-05-01", lines: [{ text: "Lions", quantityMilli: 1_000, unitCents: 900 }] }),
  invoice({ number: 2, label: "INV-0002", customer: "abbey", dueOn: "2026-03-01" }),
  invoice({ number: 3, label: "INV-0003", customer: "Mill", status: "draft", dueOn: "2026-03-01" }),
  invoice({ number: 4, label: "INV-0004", customer: "Mill", status: "paid", dueOn: "2026-03-01" }),
].map(stored);
const USUAL = { text: "", status: "all", sort: "number", isDown: true } as const;
const numbers = (query: Partial<Omit<Query, "page">>) => find(all, { ...USUAL, ...query }, TODAY).map(({ data }) => data.number);

describe("invoices are found", () => {
  for (const [what, query, found] of [
    ["newest first", {}, [4, 3, 2, 1]],
    ["by number", { text: "0002" }, [2]],
    ["by customer, in any case", { text: "ZOO" }, [1]],
    ["by a line", { text: "lion" }, [1]],
    ["by several words, in any field and order", { text: "abbey 0002" }, [2]],
    ["not at all, for another word", { text: "harbour" }, []],
    ["by state", { status: "draft" }, [3]],
    ["when they are overdue: sent, and due before today", { status: "overdue" }, [2]],
    ["sorted by customer's name, equal ones newest first", { sort: "customer", isDown: false }, [2, 4, 3, 1]],
    ["sorted by amount", { sort: "total", isDown: false }, [1, 4, 3, 2]],
    ["sorted by due day, latest first", { sort: "dueOn" }, [1, 4, 3, 2]],
  ] as const) {
    test(what, () => assert.deepEqual(numbers(query), found));
  }
});

test("pages hold twenty, and a page after the last one is the last one", () => {
  const list = Array.from({ length: PAGE_SIZE * 2 + 1 }, (_, index) => index);
  assert.deepEqual(pageOf(list, 0).items.length, PAGE_SIZE);
  assert.deepEqual(pageOf(list, 2), { items: [40], page: 2, pages: 3 });
  assert.deepEqual(pageOf(list, 9).page, 2);
  assert.deepEqual(pageOf([], 0), { items: [], page: 0, pages: 1 });
});
