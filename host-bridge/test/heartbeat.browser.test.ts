import { assert } from "chai";
import { createHeartbeat } from "../src/heartbeat.ts";
import { createContext } from "./helpers/configuration.ts";
import { pause, until } from "./helpers/until.ts";

const hide = (hidden: boolean) => Object.defineProperty(document, "hidden", { value: hidden, configurable: true });

/** @param answers whether the other side answers its pings */
function beat(answers: boolean) {
  const controller = new AbortController();
  const counts = { pings: 0, deaths: 0 };
  const pong = createHeartbeat(
    createContext({ heartbeatMs: 20, missedHeartbeats: 2 }, { signal: controller.signal }),
    () => {
      counts.pings++;
      if (answers) pong();
    },
    () => counts.deaths++,
  );
  return { counts, pong, controller };
}

describe("heartbeat", () => {
  beforeEach(() => hide(false));
  afterEach(() => Reflect.deleteProperty(document, "hidden"));

  it("continues while pings are answered", async () => {
    const { counts, controller } = beat(true);
    await until(() => counts.pings > 5);
    controller.abort();
    assert.equal(counts.deaths, 0);
  });

  it("reports the other side as dead after two pings in a row without an answer", async () => {
    const { counts, controller } = beat(false);
    await until(() => counts.deaths > 0);
    controller.abort();
    assert.equal(counts.pings, 2);
  });

  it("pauses while the page is hidden, and starts again afterwards", async () => {
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
    assert.equal(counts.pings, 3, "the ping before hiding does not count");
  });

  it("stops with the shell", async () => {
    const { counts, controller } = beat(false);
    controller.abort();
    await pause(80);
    assert.deepEqual(counts, { pings: 0, deaths: 0 });
  });
});
