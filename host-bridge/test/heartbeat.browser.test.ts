import { LIMITS } from "@dramac/contracts/limits";
import { assert } from "chai";
import { createHeartbeat } from "../src/heartbeat.ts";
import { pause, until } from "./helpers/until.ts";

const hide = (hidden: boolean) => Object.defineProperty(document, "hidden", { value: hidden, configurable: true });

/** @param answers whether the other side answers its pings */
function beat(answers: boolean) {
  const controller = new AbortController();
  const counts = { pings: 0, deaths: 0 };
  const limits = { ...LIMITS, heartbeatMs: 20, missedHeartbeats: 2 };
  const pong = createHeartbeat(
    limits,
    () => {
      counts.pings++;
      if (answers) pong();
    },
    () => counts.deaths++,
    controller.signal,
  );
  return { counts, pong, controller };
}

describe("heartbeat", () => {
  beforeEach(() => hide(false));
  afterEach(() => Reflect.deleteProperty(document, "hidden"));

  it("goes on while pings are answered", async () => {
    const { counts, controller } = beat(true);
    await until(() => counts.pings > 5);
    controller.abort();
    assert.equal(counts.deaths, 0);
  });

  it("takes the other side for dead after two pings in a row without an answer", async () => {
    const { counts, controller } = beat(false);
    await until(() => counts.deaths > 0);
    controller.abort();
    assert.equal(counts.pings, 2);
  });

  it("stands still while the page is hidden, and begins anew after", async () => {
    hide(true);
    const { counts, controller } = beat(false);
    await pause(120);
    assert.deepEqual(counts, { pings: 0, deaths: 0 });
    hide(false);
    await until(() => counts.pings === 1);
    hide(true);
    await pause(60);
    hide(false);
    await until(() => counts.deaths === 1);
    controller.abort();
    assert.equal(counts.pings, 3, "the one before hiding counts no more");
  });

  it("ends with the shell", async () => {
    const { counts, controller } = beat(false);
    controller.abort();
    await pause(80);
    assert.deepEqual(counts, { pings: 0, deaths: 0 });
  });
});
