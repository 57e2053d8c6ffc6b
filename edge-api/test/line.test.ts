import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../src/http/api-error.ts";
import { createLine } from "../src/media/line.ts";

/** Work that ends when it is told to, and says when it begins. */
function jobs(mock: ReturnType<typeof createLine>) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string) =>
    mock(name.charAt(0), () => {
      begun.push(name);
      return new Promise<void>((end) => ends.set(name, end));
    });
  return { begun, start, end: (name: string) => ends.get(name)?.() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("one key takes its share of the places, the others go to whoever comes", async () => {
  const { begun, start, end } = jobs(createLine({ most: 3, mostOfKey: 2, longest: 10 }));
  const all = ["a1", "a2", "a3", "b1", "b2"].map(start);
  await turn();
  assert.deepEqual(begun, ["a1", "a2", "b1"]);
  end("b1");
  await turn();
  assert.deepEqual(begun, ["a1", "a2", "b1", "b2"]);
  end("a1");
  await turn();
  assert.deepEqual(begun.at(-1), "a3");
  for (const name of ["a2", "a3", "b2"]) end(name);
  await Promise.all(all);
});

test("work that fails gives its place back, and who comes when the line is long is sent away", async () => {
  const mock = createLine({ most: 1, mostOfKey: 1, longest: 1 });
  const { start, end, begun } = jobs(mock);
  await assert.rejects(
    mock("a", () => Promise.reject(new Error("broken"))),
    /broken/,
  );
  const [first, second] = [start("a1"), start("b1")];
  await assert.rejects(start("c1"), (fault) => fault instanceof ApiError && fault.code === "rate_limited");
  end("a1");
  await first;
  await turn();
  end("b1");
  await second;
  assert.deepEqual(begun, ["a1", "b1"]);
});
