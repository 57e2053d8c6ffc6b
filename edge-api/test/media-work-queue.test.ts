import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../src/http/api-error.ts";
import { createWorkQueue } from "../src/media/work-queue.ts";

/** Work that ends when it is told to, and says when it begins. */
function jobs(enqueue: ReturnType<typeof createWorkQueue>) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string) =>
    enqueue(name.charAt(0), () => {
      begun.push(name);
      return new Promise<void>((end) => ends.set(name, end));
    });
  return { begun, start, end: (name: string) => ends.get(name)?.() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("one key takes its share of the places, the others go to whoever comes", async () => {
  const { begun, start, end } = jobs(createWorkQueue({ maxRunning: 3, maxRunningPerKey: 2, maxWaiting: 10 }));
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
  const enqueue = createWorkQueue({ maxRunning: 1, maxRunningPerKey: 1, maxWaiting: 1 });
  const { start, end, begun } = jobs(enqueue);
  await assert.rejects(
    enqueue("a", () => Promise.reject(new Error("broken"))),
    /broken/,
  );
  const [first, second] = [start("a1"), start("b1")];
  await assert.rejects(start("c1"), (error) => error instanceof ApiError && error.code === "rate_limited");
  end("a1");
  await first;
  await turn();
  end("b1");
  await second;
  assert.deepEqual(begun, ["a1", "b1"]);
});
