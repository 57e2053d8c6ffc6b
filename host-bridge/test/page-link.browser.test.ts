import type { Mount, PageContext, ShellToPageMessage } from "@dramac/contracts";
import { assert } from "chai";
import { createPageLink } from "../src/page-link.ts";
import { pause } from "./helpers/until.ts";

const context = { path: "/here" } as PageContext;
const route = (place: number): ShellToPageMessage => ({ type: "ROUTE", route: String(place) });

/** Says MOUNT as the page would, or otherwise. */
function linked() {
  const mounts: PageContext[] = [];
  const link = createPageLink(
    location.origin,
    (of) => mounts.push(of),
    () => undefined,
  );
  const { port1, port2 } = new MessageChannel();
  const heard: unknown[] = [];
  port1.onmessage = ({ data }) => heard.push((data as { route: string }).route);
  const mount = (over: object = {}) =>
    link.offer({ source: parent, origin: location.origin, data: { type: "MOUNT", context }, ports: [port2], ...over } as unknown as MessageEvent<Mount>);
  return { link, mount, mounts, heard };
}

describe("the shell's end of port A", () => {
  it("says after MOUNT what it was told before, in order, and what comes then", async () => {
    const { link, mount, mounts, heard } = linked();
    link.send(route(1));
    link.send(route(2));
    assert.isTrue(mount());
    link.send(route(3));
    await pause(30);
    assert.deepEqual([mounts, heard], [[context], ["1", "2", "3"]]);
  });

  it("does not hoard for a page that never mounts it", async () => {
    const { link, mount, heard } = linked();
    for (let place = 0; place < 500; place++) link.send(route(place));
    mount();
    await pause(30);
    assert.deepEqual([heard.length, heard[0]], [50, "0"]);
  });

  for (const [why, wrong] of Object.entries({
    "another window": { source: null },
    "another origin": { origin: "https://evil.example" },
    "another message": { data: { type: "UNMOUNT", context } },
  })) {
    it(`leaves a message of ${why} to others, and the right one still mounts`, () => {
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
