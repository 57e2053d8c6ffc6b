import { assert } from "chai";
import type { PageContext, ShellToPageMessage } from "@dramac/contracts";
import { createPagePort } from "../src/page-port.ts";

const CONTEXT = { path: "/here" } as PageContext;
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

/** A frame on the page's own origin plays the part of the shell. It stores what the page sends. */
async function open() {
  const frame = document.createElement("iframe");
  document.body.append(frame);
  const shell = frame.contentWindow as Window;
  const mounts: MessageEvent[] = [];
  shell.addEventListener("message", (event) => mounts.push(event));
  const received: ShellToPageMessage[] = [];
  let mismatches = 0;
  const port = createPagePort(frame, location.origin, { context: () => CONTEXT, message: (message) => received.push(message), mismatch: () => mismatches++ });
  const hello = (protocol: unknown, source: unknown = shell, origin = location.origin) =>
    port.offer({ source, origin, data: { type: "SHELL_READY", protocol } } as MessageEvent);
  return { port, hello, mounts, received, mismatches: () => mismatches };
}

describe("the page's end of port A", () => {
  it("answers the one hello of its own frame, and no other", async () => {
    const { hello, mounts } = await open();
    assert.isFalse(hello([1, 1], window), "another window");
    assert.isFalse(hello([1, 1], undefined, "https://evil.example"), "another origin");
    assert.isTrue(hello([1, 1]));
    assert.isTrue(hello([1, 1]), "a second hello is ours, and changes nothing");
    await pause();
    assert.deepEqual(
      mounts.map(({ data, ports }) => [data.type, data.context, ports.length]),
      [["MOUNT", CONTEXT, 1]],
    );
  });

  it("reports incompatible versions, and sends nothing", async () => {
    const { hello, mounts, mismatches } = await open();
    hello([2, 3]);
    await pause();
    assert.equal(mismatches(), 1);
    assert.lengthOf(mounts, 0);
  });

  it("passes on only messages that match their schema", async () => {
    const { hello, mounts, received } = await open();
    hello([1, 1]);
    await pause();
    const shell = mounts[0]?.ports[0] as MessagePort;
    for (const message of [
      { type: "SIZE", height: 10 },
      { type: "SIZE", height: -1 },
      { type: "SIZE", height: 1, extra: 1 },
      { type: "NONSENSE" },
      "SIZE",
      null,
    ]) {
      shell.postMessage(message);
    }
    await pause();
    assert.deepEqual(received, [{ type: "SIZE", height: 10 }]);
  });

  it("uses the channel on which the shell answered", async () => {
    const { port, hello, mounts, received } = await open();
    hello([1, 1]);
    await pause();
    const shell = mounts[0]?.ports[0] as MessagePort;
    shell.postMessage({ type: "SIZE", height: 5 });
    await pause();
    const came = new Promise((resolve) => {
      shell.onmessage = ({ data }) => resolve(data);
    });
    port.send({ type: "TEARDOWN" });
    assert.deepEqual(await came, { type: "TEARDOWN" });
    assert.lengthOf(received, 1);
    port.close();
    assert.isFalse(port.isOpen);
  });
});
