import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { InstallationId } from "@dramac/contracts";
import { openEventStream, type EventStreamTarget } from "../src/http/event-stream.ts";
import { createStreamSlots, MAX_STREAMS } from "../src/http/stream-slots.ts";

const here = "here" as InstallationId;
const there = "there" as InstallationId;
const times = { beatMs: 20, lastsMs: 2_000, graceMs: 20 };

/** A held stream with what came of it; its reader takes what `isReading` says. */
function hold(isReading: boolean, recheck: (isFollowing: boolean) => Promise<unknown> = async () => undefined, kept = times) {
  const seen = { text: "", isBrokenOff: false, isUndone: false, isFollowing: false };
  const target: EventStreamTarget = {
    write: (text) => {
      seen.text += text;
      return isReading ? Promise.resolve() : new Promise(() => undefined);
    },
    onAbort: () => undefined,
  };
  let send: (data: unknown) => void = () => undefined;
  let end: () => void = () => undefined;
  const follow = (onData: typeof send, onEnd: typeof end) => {
    [send, end] = [onData, onEnd];
    seen.isFollowing = true;
    return () => {
      seen.isUndone = true;
    };
  };
  const held = { follow, recheck: () => recheck(seen.isFollowing), breakOff: () => (seen.isBrokenOff = true) && undefined };
  const over = openEventStream(target, held, kept);
  return { seen, over, send: (data: unknown) => send(data), end: () => end() };
}

describe("a held stream", () => {
  test("sends signs of life and events to who reads, and ends when told to", async () => {
    const { seen, over, send, end } = hold(true);
    send({ id: 1 });
    await sleep(100);
    end();
    await over;
    await sleep(50);
    assert.match(seen.text, /: here\n\n.*data: \{"id":1\}\n\n.*: here\n\n/s);
    assert.deepEqual([seen.isUndone, seen.isBrokenOff], [true, false]);
  });

  test("takes any number of events for a reader that reads", async () => {
    const { seen, over, send, end } = hold(true);
    for (let at = 0; at < 200; at++) {
      send("x".repeat(1_000));
      await Promise.resolve();
      await Promise.resolve();
    }
    end();
    await over;
    assert.ok(seen.text.length > 200_000);
  });

  test("keeps 64 KB at most for a reader that does not, and breaks it off", async () => {
    const { seen, over, send } = hold(false);
    for (let at = 0; at < 200; at++) send("x".repeat(1_000));
    await over;
    await sleep(50);
    assert.ok(seen.text.length <= 65_536, `${seen.text.length}`);
    assert.deepEqual([seen.isUndone, seen.isBrokenOff], [true, true]);
  });

  test("breaks off a reader that has not taken the last sign of life by the next", async () => {
    const { seen, over } = hold(false);
    await over;
    await sleep(50);
    assert.ok(seen.isBrokenOff);
  });

  test("ends once its reader may not read any more", async () => {
    let isAllowed = true;
    const { seen, over } = hold(true, async () => assert.ok(isAllowed));
    await sleep(100);
    assert.equal(seen.isUndone, false);
    isAllowed = false;
    await over;
    assert.equal(seen.isUndone, true);
  });
});

describe("a right that is taken in the very moment in which a stream begins", () => {
  /** Long after the test is over. */
  const patient = { ...times, beatMs: 60_000, lastsMs: 60_000 };

  test("is asked for again once the stream follows, and not at the next sign of life", async () => {
    const { seen, over } = hold(true, async (isFollowing) => assert.ok(!isFollowing), patient);
    assert.equal(await Promise.race([over.then(() => "ended"), sleep(1_000, "goes on")]), "ended");
    assert.equal(seen.isUndone, true);
  });

  test("which still holds lets the stream go on", async () => {
    const asked: boolean[] = [];
    const { seen, over, end } = hold(true, async (isFollowing) => asked.push(isFollowing), patient);
    await sleep(100);
    assert.deepEqual([asked, seen.isUndone], [[true], false]);
    end();
    await over;
  });
});

describe("places for streams", () => {
  for (const [name, most, holder, neighbour] of [
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
    test(`${name} gets ${most}; its neighbour gets one meanwhile, and a place that is given back is taken again`, () => {
      const take = createStreamSlots();
      const places = Array.from({ length: most }, (_, at) => take(holder(at)));
      assert.throws(() => take(holder(most)), { code: "rate_limited" });
      take(neighbour);
      places[0]?.();
      places[0]?.();
      take(holder(0));
      assert.throws(() => take(holder(1)), { code: "rate_limited" });
    });
  }
});
