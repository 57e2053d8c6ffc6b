import { assert } from "chai";
import { linked } from "./helpers/linked.ts";
import { pause, until } from "./helpers/until.ts";

const READY = "MODULE_READY";

describe("the module's hello", () => {
  it("is accepted once: a second one changes nothing", async () => {
    const { hello, hellos, messages, module } = linked();
    assert.isTrue(hello());
    const second = new MessageChannel();
    assert.isFalse(hello({ ports: [second.port2] }));
    second.port1.postMessage('{"type":"BYE"}');
    module.postMessage('{"type":"BYE"}');
    await until(() => messages.length > 0);
    await pause(30);
    assert.deepEqual([hellos, messages], [[1], [{ type: "BYE" }]]);
  });

  const [one, other] = [new MessageChannel().port1, new MessageChannel().port1];
  for (const [why, wrong] of Object.entries({
    "another window": { source: null },
    "an origin that is not opaque": { origin: location.origin },
    "no port": { ports: [] },
    "two ports": { ports: [one, other] },
    "another message": { data: { type: "SHELL_READY", protocol: [1, 1] } },
    "no message at all": { data: null },
  })) {
    it(`is not accepted with ${why}, and a valid one still is`, () => {
      const { hello, hellos, fatal } = linked();
      assert.isFalse(hello(wrong as object));
      assert.deepEqual([hellos, fatal], [[], []]);
      assert.isTrue(hello());
      assert.deepEqual(hellos, [1]);
    });
  }

  it("needs a common version", () => {
    for (const protocol of [
      [1, 1],
      [0, 1],
      [1, 9],
    ])
      assert.deepEqual(say(protocol), [[1], []], `${protocol}`);
    for (const protocol of [[2, 3], [0, 0], [], null, undefined, "x", { 0: "a" }]) assert.deepEqual(say(protocol), [[], ["protocol_mismatch"]], `${protocol}`);
  });

  function say(protocol: unknown) {
    const { hello, hellos, fatal } = linked();
    assert.isTrue(hello({ data: { type: READY, protocol } }));
    return [hellos, fatal];
  }
});

describe("the hello of a real opaque frame", () => {
  it("comes from its window, with the origin null and its port", async () => {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.srcdoc = `<script>parent.postMessage({ type: "${READY}", protocol: [1, 1] }, "*", [new MessageChannel().port2])</script>`;
    const came = new Promise<MessageEvent>((resolve) => addEventListener("message", resolve, { once: true }));
    document.body.append(frame);
    const event = await came;
    const { link, hellos } = linked();
    assert.isFalse(link.offer(event, window), "of another frame");
    assert.isTrue(link.offer(event, frame.contentWindow as Window));
    assert.deepEqual(hellos, [1]);
    frame.remove();
  });
});
