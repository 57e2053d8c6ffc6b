import { assert } from "chai";
import { linked } from "./helpers/linked.ts";
import { pause, until } from "./helpers/until.ts";

const call = (requestId: number) => ({ type: "API_REQUEST", requestId, method: "GET", endpoint: "/a" });

describe("the shell's end of port B", () => {
  it("passes on valid messages, in order", async () => {
    const { hello, say, messages } = linked();
    hello();
    say({ type: "RESIZE", height: 1 });
    say(call(1));
    await until(() => messages.length === 2);
    assert.deepEqual(messages, [{ type: "RESIZE", height: 1 }, call(1)]);
  });

  it("denies calls over the limit, and drops other messages", async () => {
    const { hello, say, messages, answers, fatal } = linked({ burst: 2, sustainedPerSecond: 0 });
    hello();
    for (const requestId of [1, 2, 3]) say(call(requestId));
    say({ type: "RESIZE", height: 1 });
    say(call(4));
    await until(() => answers.length === 2);
    assert.deepEqual(messages, [call(1), call(2)]);
    assert.deepEqual(answers, [3, 4].map((requestId) => ({ type: "API_DENIED", requestId, code: "rate_limited" })) as never);
    assert.deepEqual(fatal, []);
  });

  it("accepts answers to pings over the limit, until they are a flood", async () => {
    const { hello, say, messages, fatal } = linked({ burst: 1, sustainedPerSecond: 0, floodFactor: 5 });
    hello();
    for (let round = 0; round < 5; round++) say({ type: "PONG" });
    say({ type: "BYE" });
    await until(() => messages.length === 5);
    assert.deepEqual([messages.at(-1), fatal], [{ type: "PONG" }, []], "another message is dropped");
    for (let round = 0; round < 5; round++) say({ type: "PONG" });
    await until(() => fatal.length > 0);
    assert.deepEqual([messages.length, fatal], [5, ["flooding"]]);
  });

  it("reports a flood", async () => {
    const { hello, say, fatal, messages } = linked({ burst: 2, sustainedPerSecond: 0, floodFactor: 3 });
    hello();
    for (let round = 0; round < 40; round++) say({ type: "BYE" });
    await until(() => fatal.length > 0);
    await pause(30);
    assert.deepEqual([fatal, messages.length], [["flooding"], 2], "reported once, and no message is accepted afterwards");
  });

  it("denies malformed messages with their requestId, and stops at the tenth", async () => {
    const { hello, module, fatal, answers, messages } = linked();
    hello();
    for (let round = 1; round < 10; round++) module.postMessage(`{"type":"API_REQUEST","requestId":${round},"method":"STEAL","endpoint":"/a"}`);
    await until(() => answers.length === 9);
    assert.deepEqual(answers[8], { type: "API_DENIED", requestId: 9, code: "malformed_message", message: "Wrong at /method." } as never);
    assert.deepEqual(fatal, []);
    module.postMessage("{");
    module.postMessage('{"type":"BYE"}');
    await until(() => fatal.length > 0);
    await pause(30);
    assert.deepEqual([fatal, messages], [["malformed_message"], []]);
  });

  it("is closed when the shell stops", async () => {
    const { hello, say, link, controller, messages, answers } = linked();
    hello();
    controller.abort();
    say({ type: "BYE" });
    link.send({ type: "PING" });
    await pause(50);
    assert.deepEqual([messages, answers], [[], []]);
  });
});
