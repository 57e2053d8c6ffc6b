import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { InstallationId } from "@dramac/contracts";
import { openEventStream, type EventStreamTarget } from "../src/http/event-stream.ts";
import { createStreamSlots, MAX_STREAMS } from "../src/http/stream-slots.ts";

const here = "here" as InstallationId;
const there = "there" as InstallationId;
const times = { heartbeatMs: 20, maxDurationMs: 2_000, graceMs: 20 };

/** Opens a stream whose reader reads only when `isReading` is set, and records what happens to it. */
function open(isReading: boolean, recheckAccess: (isSubscribed: boolean) => Promise<unknown> = async () => undefined, streamTimes = times) {
  const seen = { text: "", isDestroyed: false, isUnsubscribed: false, isSubscribed: false };
  const target: EventStreamTarget = {
    write: (text) => {
      seen.text += text;
      return isReading ? Promise.resolve() : new Promise(() => undefined);
    },
    onAbort: () => undefined,
  };
  let send: (data: unknown) => void = () => undefined;
  let close: () => void = () => undefined;
  const subscribe = (onData: typeof send, onClose: typeof close) => {
    [send, close] = [onData, onClose];
    seen.isSubscribed = true;
    return () => {
      seen.isUnsubscribed = true;
    };
  };
  const source = {
    subscribe,
    recheckAccess: () => recheckAccess(seen.isSubscribed),
    destroyConnection: () => {
      seen.isDestroyed = true;
    },
  };
  const closed = openEventStream(target, source, streamTimes);
  return { seen, closed, send: (data: unknown) => send(data), close: () => close() };
}

describe("an event stream", () => {
  test("sends heartbeats and events to its reader, and ends when it is closed", async () => {
    const { seen, closed, send, close } = open(true);
    send({ id: 1 });
    await sleep(100);
    close();
    await closed;
    await sleep(50);
    assert.match(seen.text, /: here\n\n.*data: \{"id":1\}\n\n.*: here\n\n/s);
    assert.deepEqual([seen.isUnsubscribed, seen.isDestroyed], [true, false]);
  });

  test("sends any number of events to a reader that reads", async () => {
    const { seen, closed, send, close } = open(true);
    for (let at = 0; at < 200; at++) {
      send("x".repeat(1_000));
      await Promise.resolve();
      await Promise.resolve();
    }
    close();
    await closed;
    assert.ok(seen.text.length > 200_000);
  });

  test("buffers at most 64 KB for a reader that does not read, then closes its connection", async () => {
    const { seen, closed, send } = open(false);
    for (let at = 0; at < 200; at++) send("x".repeat(1_000));
    await closed;
    await sleep(50);
    assert.ok(seen.text.length <= 65_536, `${seen.text.length}`);
    assert.deepEqual([seen.isUnsubscribed, seen.isDestroyed], [true, true]);
  });

  test("closes the connection of a reader that has not taken one heartbeat when the next is due", async () => {
    const { seen, closed } = open(false);
    await closed;
    await sleep(50);
    assert.ok(seen.isDestroyed);
  });

  test("ends when its reader loses its access", async () => {
    let isAllowed = true;
    const { seen, closed } = open(true, async () => assert.ok(isAllowed));
    await sleep(100);
    assert.equal(seen.isUnsubscribed, false);
    isAllowed = false;
    await closed;
    assert.equal(seen.isUnsubscribed, true);
  });
});

describe("access that is withdrawn while a stream is being opened", () => {
  /** No heartbeat during the test. */
  const withoutHeartbeat = { ...times, heartbeatMs: 60_000, maxDurationMs: 60_000 };

  test("is checked again right after subscribing, without waiting for the next heartbeat", async () => {
    const { seen, closed } = open(true, async (isSubscribed) => assert.ok(!isSubscribed), withoutHeartbeat);
    assert.equal(await Promise.race([closed.then(() => "ended"), sleep(1_000, "goes on")]), "ended");
    assert.equal(seen.isUnsubscribed, true);
  });

  test("that still exists lets the stream continue", async () => {
    const asked: boolean[] = [];
    const { seen, closed, close } = open(true, async (isSubscribed) => asked.push(isSubscribed), withoutHeartbeat);
    await sleep(100);
    assert.deepEqual([asked, seen.isUnsubscribed], [[true], false]);
    close();
    await closed;
  });
});

describe("stream slots", () => {
  for (const [name, max, owner, neighbour] of [
    [
      "a visitor",
      MAX_STREAMS.perVisitor,
      () => ({ network: "one", installation: here, visitor: "anna" }),
      { network: "one", installation: here, visitor: "ben" },
    ],
    [
      "a network on an installation",
      MAX_STREAMS.perNetworkAndInstallation,
      () => ({ network: "one", installation: here }),
      { network: "two", installation: here },
    ],
    [
      "a network",
      MAX_STREAMS.perNetwork,
      (at: number) => ({ network: "one", installation: `${at}` as InstallationId }),
      { network: "two", installation: here },
    ],
    ["an installation", MAX_STREAMS.perInstallation, (at: number) => ({ network: `${at}`, installation: here }), { network: "0", installation: there }],
  ] as const) {
    test(`${name} gets ${max}; its neighbour still gets one, and a released slot can be acquired again`, () => {
      const acquire = createStreamSlots();
      const releases = Array.from({ length: max }, (_, at) => acquire(owner(at)));
      assert.throws(() => acquire(owner(max)), { code: "rate_limited" });
      acquire(neighbour);
      releases[0]?.();
      releases[0]?.();
      acquire(owner(0));
      assert.throws(() => acquire(owner(1)), { code: "rate_limited" });
    });
  }
});
