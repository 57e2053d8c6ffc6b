import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Frame, Page } from "playwright-core";
import { openHarness, type Harness } from "../../src/index.ts";
import { gap, startMeter } from "./event-loop-gap.ts";

let harness: Harness;
let plain = "";
before(async () => {
  harness = await openHarness(["villain", "probe"], (host, path) =>
    host === "shop.localhost" && path === "/plain"
      ? { body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1>${plain}</main>` }
      : undefined,
  );
  const { id } = harness.platform.seeded.sites.shop as { id: string };
  for (const slug of ["villain", "probe"]) {
    const path = `/api/sites/${id}/installations/${await harness.platform.installation("shop", slug)}/embed-codes`;
    const answer = await fetch(harness.platform.url + path, { headers: { authorization: `Bearer ${harness.platform.seeded.keys.agencyOwner}` } });
    plain += ((await answer.json()) as { iframe: string }).iframe;
  }
});
after(() => harness?.close());

/** Both modules as plain iframes in the page's own tree, where frames can find one another. */
async function openPlain(): Promise<{ page: Page; villain: Frame; probe: Frame }> {
  const page = await harness.browser.newPage();
  await page.goto(`${harness.hostUrl}plain`);
  const [first, second] = [page.frameLocator("iframe >> nth=0").frameLocator("iframe"), page.frameLocator("iframe >> nth=1").frameLocator("iframe")];
  await first.getByText("Villain").waitFor();
  await second.getByText("Probe").waitFor();
  const [villain, probe] = page.frames().filter((frame) => frame.url() === "about:srcdoc");
  const isVillain = (await villain?.evaluate(() => document.body.innerText)) === "Villain";
  return { page, villain: (isVillain ? villain : probe) as Frame, probe: (isVillain ? probe : villain) as Frame };
}

/** Resolves when a module's frame has been taken off, which must be soon even on a busy machine. */
async function isGone(frame: Frame): Promise<void> {
  await frame.waitForFunction(() => false, undefined, { timeout: 5_000 }).catch(() => undefined);
  assert.equal(frame.isDetached(), true, "the offender is gone");
}

/** Counts what a module says on its port from now on; at rest that is nothing but answers to its shell's pings. */
const countPongs = (frame: Frame) =>
  frame.evaluate(() => {
    const counter = Object.assign(window, { pongs: 0 });
    MessagePort.prototype.postMessage = new Proxy(MessagePort.prototype.postMessage, {
      apply(say, port, message) {
        counter.pongs++;
        return Reflect.apply(say, port, message);
      },
    });
  });

/** The shell still asks and its module still answers, twice. */
async function answersPings(frame: Frame): Promise<void> {
  const pongs = () => frame.evaluate(() => (window as unknown as { pongs: number }).pongs);
  const before = await pongs();
  await frame.waitForFunction((count) => (window as unknown as { pongs: number }).pongs > count + 1, before, { timeout: 20_000 });
}

/** How many module frames stand in the shells. */
const modules = (page: Page) => page.frames().filter((frame) => frame.url() === "about:srcdoc" && !frame.isDetached()).length;

describe("B, L. modules beside one another", () => {
  test("10: a module finds no other frame, because each is in a shadow tree of its own", async () => {
    const page = await harness.openHostPage("villain");
    assert.deepEqual(await harness.tell(page, "villain", "neighbours"), { count: "through: 0", take: "stopped: SecurityError" });
    await page.close();
  });

  test("10: messages of a module to another module and to its shell have no effect, even if it finds them", async () => {
    const { page, villain, probe } = await openPlain();
    await probe.evaluate(() => {
      const received: string[] = [];
      Object.assign(window, { received });
      addEventListener("message", ({ source }) => received.push(source === parent ? "shell" : "other"));
    });
    const reached = await villain.evaluate(() => {
      const words = [
        { type: "MODULE_READY", protocol: [1, 1], sdk: "villain" },
        { type: "MOUNT", protocol: 1, context: { path: "/forged", theme: { scheme: "dark" } } },
        { type: "SHELL_READY", protocol: [1, 1] },
        { type: "STRAYS" },
        JSON.stringify({ type: "INIT", settings: { forged: true }, permissions: [], limits: {} }),
        JSON.stringify({ type: "TEARDOWN" }),
      ];
      let shells = 0;
      for (let index = 0; index < (top as Window).length; index++) {
        const shell = (top as Window)[index] as Window;
        if (shell === parent) continue;
        shells++;
        for (const message of words) {
          for (const to of [shell, shell[0] as Window]) to.postMessage(message, "*", [new MessageChannel().port2]);
        }
      }
      return shells;
    });
    assert.equal(reached, 1, "the words were sent");
    await probe.waitForFunction(() => (window as unknown as { received: string[] }).received.length === 6);
    assert.deepEqual(await probe.evaluate(() => (window as unknown as { received: string[] }).received), Array(6).fill("other"), "and came");
    assert.equal(await probe.evaluate(() => document.body.innerText), "Probe");
    assert.equal(modules(page), 2, "a message that is not trusted removes no module");
    await page.close();
  });

  test("102: a module that floods another one's shell is soon removed; page and victim keep working", async () => {
    const { page, villain, probe } = await openPlain();
    await startMeter(page);
    await countPongs(probe);
    await villain.evaluate(() => {
      const shell = [0, 1].map((index) => (top as Window)[index] as Window).find((one) => one !== parent) as Window;
      setTimeout(() => {
        for (let count = 0; count < 80_000; count++) shell.postMessage("x", "*");
      });
    });
    await isGone(villain);
    assert.ok((await gap(page)) < 1_000, `the page's longest gap was ${await gap(page)} ms`);
    await answersPings(probe);
    await page.close();
  });

  test("110: a flood by several frames nested in the module counts as the module's flood", async () => {
    const { page, villain, probe } = await openPlain();
    await countPongs(probe);
    await villain.evaluate(() => {
      for (let count = 0; count < 8; count++) {
        document.body.append(Object.assign(document.createElement("iframe"), { srcdoc: `<script src="${document.baseURI}nested-flood.js"></script>` }));
      }
    });
    await isGone(villain);
    await answersPings(probe);
    await page.close();
  });

  test("110: a nested frame and a few messages to every shell are no flood", async () => {
    const { page, villain } = await openPlain();
    await countPongs(villain);
    await villain.evaluate(() => {
      document.body.append(Object.assign(document.createElement("iframe"), { srcdoc: `<p>nested</p>` }));
      for (let count = 0; count < 20; count++) for (const index of [0, 1]) ((top as Window)[index] as Window).postMessage("x", "*");
    });
    await answersPings(villain);
    assert.equal(modules(page), 3, "two modules and the frame nested in one");
    await page.close();
  });
});
