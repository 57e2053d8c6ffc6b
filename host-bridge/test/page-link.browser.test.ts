import type { Mount, PageContext, ShellToPageMessage } from "@dramac/contracts";
import { assert } from "chai";
import { createPageLink } from "../src/page-link.ts";
import { pause } from "./helpers/until.ts";

const context = { path: "/here" } as PageContext;
const route = (index: number): ShellToPageMessage => ({ type: "ROUTE", route: String(index) });

/** The shell's end with a page that can send MOUNT, changed by `overrides`. */
function linked() {
  const mounts: PageContext[] = [];
  const link = createPageLink(
    location.origin,
    (of) => mounts.push(of),
    () => undefined,
  );
  const { port1, port2 } = new MessageChannel();
  const received: unknown[] = [];
  port1.onmessage = ({ data }) => received.push((data as { route: string }).route);
  const mount = (overrides: object = {}) =>
    link.offer({ source: parent, origin: location.origin, data: { type: "MOUNT", context }, ports: [port2], ...overrides } as unknown as MessageEvent<Mount>);
  return { link, mount, mounts, received };
}

describe("the shell's end of port A", () => {
  it("sends queued messages after MOUNT, in order, and then later ones", async () => {
    const { link, mount, mounts, received } = linked();
    link.send(route(1));
    link.send(route(2));
    assert.isTrue(mount());
    link.send(route(3));
    await pause(30);
    assert.deepEqual([mounts, received], [[context], ["1", "2", "3"]]);
  });

  it("queues at most 50 messages", async () => {
    const { link, mount, received } = linked();
    for (let index = 0; index < 500; index++) link.send(route(index));
    mount();
    await pause(30);
    assert.deepEqual([received.length, received[0]], [50, "0"]);
  });

  for (const [why, wrong] of Object.entries({
    "another window": { source: null },
    "another origin": { origin: "https://evil.example" },
    "another message": { data: { type: "UNMOUNT", context } },
  })) {
    it(`ignores a message of ${why}, and the valid one still mounts`, () => {
      const { mount, mounts } = linked();
      assert.isFalse(mount(wrong));
      assert.deepEqual(mounts, []);
      assert.isTrue(mount());
      assert.deepEqual(mounts, [context]);
    });
  }

  it("is mounted once", () => {
    const { mount, mounts } = linked();
    mount();
    assert.isTrue(mount({ data: { type: "MOUNT", context: { path: "/there" } } }), "ours, and without effect");
    assert.deepEqual(mounts, [context]);
  });
});
