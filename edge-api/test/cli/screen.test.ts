import assert from "node:assert/strict";
import { test } from "node:test";
import { createScreen } from "../../src/cli/screen.ts";

const stream = (isTTY: boolean) => {
  const written: string[] = [];
  return { isTTY, written, write: (text: string) => written.push(text) > 0 };
};

test("on a terminal progress is redrawn in place, also after a printed line", () => {
  const [out, aside] = [stream(true), stream(true)];
  const screen = createScreen(out, aside);
  const progress = screen.startProgress("Reading");
  progress.show("3 of 9");
  screen.print("a drift");
  progress.end("Read.");
  screen.print("nine");
  assert.deepEqual(aside.written, ["Reading …", "\r\x1b[2KReading: 3 of 9", "\r\x1b[2K", "Reading: 3 of 9", "\r\x1b[2KRead.\n"]);
  assert.deepEqual(out.written, ["a drift\n", "nine\n"]);
});

test("without a terminal progress is printed every five seconds, results have their own stream, and the answer to a question is no", async () => {
  const [out, aside] = [stream(false), stream(false)];
  let now = 0;
  const screen = createScreen(out, aside, () => now);
  const progress = screen.startProgress("Reading");
  for (now of [1_000, 4_999, 5_000, 5_001, 10_000]) progress.show(`${now}`);
  progress.end("Read.");
  screen.print("nine");
  screen.printError("one is wrong");
  assert.deepEqual(aside.written, ["Reading …\n", "Reading: 5000\n", "Reading: 10000\n", "Read.\n", "one is wrong\n"]);
  assert.deepEqual(out.written, ["nine\n"]);
  assert.equal(await screen.confirm("Really?"), false);
});
