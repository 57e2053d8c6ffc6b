import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError } from "../src/http/api-error.ts";
import { createWorkQueue } from "../src/media/work-queue.ts";

/** Tasks that end when the test says so, and record that they have started. The first character of a name is its key. */
function createTasks(enqueue: ReturnType<typeof createWorkQueue>) {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string) =>
    enqueue(name.charAt(0), () => {
      started.push(name);
      return new Promise<void>((end) => ends.set(name, end));
    });
  return { started, start, end: (name: string) => ends.get(name)?.() };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test("one key takes its share of the slots, and other keys get the rest", async () => {
  const { started, start, end } = createTasks(createWorkQueue({ maxRunning: 3, maxRunningPerKey: 2, maxWaiting: 10 }));
  const all = ["a1", "a2", "a3", "b1", "b2"].map(start);
  await nextTurn();
  assert.deepEqual(started, ["a1", "a2", "b1"]);
  end("b1");
  await nextTurn();
  assert.deepEqual(started, ["a1", "a2", "b1", "b2"]);
  end("a1");
  await nextTurn();
  assert.deepEqual(started.at(-1), "a3");
  for (const name of ["a2", "a3", "b2"]) end(name);
  await Promise.all(all);
});

test("a task that fails frees its slot, and a task that meets a full queue is refused", async () => {
  const enqueue = createWorkQueue({ maxRunning: 1, maxRunningPerKey: 1, maxWaiting: 1 });
  const { start, end, started } = createTasks(enqueue);
  await assert.rejects(
    enqueue("a", () => Promise.reject(new Error("broken"))),
    /broken/,
  );
  const [first, second] = [start("a1"), start("b1")];
  await assert.rejects(start("c1"), (error) => error instanceof ApiError && error.code === "rate_limited");
  end("a1");
  await first;
  await nextTurn();
  end("b1");
  await second;
  assert.deepEqual(started, ["a1", "b1"]);
});
