import type { ShellMessage } from "@dramac/contracts";
import { assert } from "chai";
import { createSubscriptions } from "../src/subscriptions.ts";
import { openSession } from "./helpers/opened-session.ts";
import { openPlatform, problem, session } from "./helpers/platform.ts";
import { pause, until } from "./helpers/until.ts";

type Answers = Parameters<typeof openPlatform>[0][string];

const data = (id: string) => `data: ${JSON.stringify({ collection: "notes", id, op: "insert" })}\n\n`;
const open = new Array<string>(300).fill(": still here\n\n");

describe("subscriptions", () => {
  let controller = new AbortController();
  const { setTimeout: realSetTimeout } = window;
  const waits: number[] = [];
  /* The factor by which the waits between two attempts are shortened. */
  let pace = 1_000;

  beforeEach(() => {
    controller = new AbortController();
    waits.length = 0;
    pace = 1_000;
    /* Records the waits and shortens them. */
    window.setTimeout = ((run: () => void, ms = 0) => {
      if (ms >= 2_000 && ms <= 60_000 && ms % 1_000 === 0 && run.name === "") waits.push(ms);
      return realSetTimeout(run, ms >= 2_000 ? ms / pace : ms);
    }) as typeof setTimeout;
  });
  afterEach(() => {
    controller.abort();
    window.setTimeout = realSetTimeout;
  });

  async function subscribe(stream: Answers) {
    const platform = await openPlatform({ sessions: [session("t1", { renewInMs: 900_000_000 })], stream });
    const received: ShellMessage[] = [];
    const subscriptions = createSubscriptions(openSession(platform.url).session, (message) => received.push(message), controller.signal);
    return { platform, subscriptions, ids: () => received.map((message) => (message as { id?: string }).id), received };
  }

  it("passes on every change, for any split of the bytes", async () => {
    const text = `${data("a")}: a comment\n\n${data("ü")}`;
    const bytes = new TextEncoder().encode(text).length;
    assert.isAbove(bytes, text.length, "one character takes two bytes");
    const { subscriptions, received, ids } = await subscribe([{ chunks: [text.slice(0, 9), text.slice(9, 60), text.slice(60, -1), "\n", ...open] }]);
    subscriptions.add("notes");
    await until(() => received.length === 2);
    assert.deepEqual(ids(), ["a", "ü"]);
    assert.deepEqual(received[0], { type: "CHANGED", collection: "notes", id: "a", op: "insert" });
  });

  it("opens one stream for all collections, again only when they change, and none without collections", async () => {
    const { subscriptions, platform } = await subscribe([{ chunks: open }]);
    const queries = async () => (await platform.asked("stream")).map(({ query, authorization }) => `${query} ${authorization}`);
    subscriptions.add("notes");
    subscriptions.add("notes");
    await until(async () => (await queries()).length === 1);
    subscriptions.add("tags");
    await until(async () => (await queries()).length === 2);
    subscriptions.remove("unknown");
    subscriptions.remove("notes");
    await until(async () => (await queries()).length === 3);
    subscriptions.remove("tags");
    await pause(60);
    assert.deepEqual(await queries(), ["collection=notes Bearer t1", "collection=notes&collection=tags Bearer t1", "collection=tags Bearer t1"]);
  });

  it("reconnects when a stream ends", async () => {
    const { subscriptions, ids } = await subscribe([{ chunks: [data("a")] }, { chunks: [data("b"), ...open] }]);
    subscriptions.add("notes");
    await until(() => ids().length === 2);
    assert.deepEqual(ids(), ["a", "b"]);
  });

  it("doubles the wait after each refusal, up to a minute, and resets it after a success", async () => {
    const refused = problem(403, "permission_denied");
    const { subscriptions } = await subscribe([...new Array(7).fill(refused), { chunks: [data("a")] }, refused]);
    subscriptions.add("notes");
    await until(() => waits.length >= 9);
    assert.deepEqual(waits.slice(0, 9), [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 2_000, 4_000]);
  });

  it("does not lengthen the wait when collections are added", async () => {
    pace = 50;
    const { subscriptions } = await subscribe([{ chunks: open }, { chunks: open }, { chunks: open }, { chunks: new Array<string>(6).fill(": soon over\n\n") }]);
    for (const name of ["a", "b", "c", "d"]) {
      subscriptions.add(name);
      await pause(20);
    }
    const before = waits.length;
    await until(() => waits.length > before);
    assert.equal(waits.at(-1), 2_000);
  });

  it("stops with the shell", async () => {
    const { subscriptions, platform } = await subscribe([{ chunks: [data("a")] }]);
    subscriptions.add("notes");
    await until(async () => (await platform.asked("stream")).length > 0);
    controller.abort();
    await pause(40);
    const { length } = await platform.asked("stream");
    await pause(80);
    assert.lengthOf(await platform.asked("stream"), length);
  });
});
