import type { PlannedModule } from "@dramac/contracts";
import { assert } from "chai";
import { ModuleElement } from "../src/module-element.ts";
import type { Runtime } from "../src/runtime-state.ts";
import { planned } from "./helpers/page.ts";

customElements.define("dramac-module", ModuleElement);

/** A floating module starts at once, at any position. */
const FLOATING = { kind: "floating", side: "right", width: 380, maxHeight: 560, heights: { narrow: 1, medium: 1, wide: 1 } } as const;
const module = (slug: string): PlannedModule => planned(slug, { frame: `${location.origin}/nowhere/f/${slug}`, presentation: FLOATING });

const runtime = {
  waiting: new Map(),
  isCached: false,
  reserveSpace: () => undefined,
  page: () => ({ theme: { scheme: "light" } }),
  diagnose: () => new Promise(() => undefined),
} as unknown as Runtime;

function newElement(): ModuleElement {
  const element = document.createElement("dramac-module") as ModuleElement;
  document.body.append(element);
  return element;
}

const frameOf = (element: ModuleElement) => element.shadowRoot?.querySelector("iframe") ?? null;

describe("an element whose module is removed", () => {
  afterEach(() => {
    for (const element of document.querySelectorAll("dramac-module")) element.remove();
  });

  it("is empty after the module's last messages, and runs the module again later", async () => {
    const element = newElement();
    element.run(module("form"), runtime);
    assert.isNotNull(frameOf(element));
    await element.tearDown();
    assert.deepEqual([frameOf(element), element.mount, element.planned], [null, undefined, undefined]);
    element.run(module("form"), runtime);
    assert.isNotNull(frameOf(element));
  });

  for (const [what, next] of [
    ["the same module", "form"],
    ["another one", "chat"],
  ] as const) {
    it(`keeps ${what} that is wanted while the module sends its last messages`, async () => {
      const element = newElement();
      element.run(module("form"), runtime);
      const before = frameOf(element);
      const gone = element.tearDown();
      element.run(module(next), runtime);
      const after = frameOf(element);
      assert.notStrictEqual(after, before);
      await gone;
      assert.isNotNull(after);
      assert.strictEqual(frameOf(element), after);
      assert.equal(element.planned?.slug, next);
      assert.equal(element.mount?.module.slug, next);
      assert.isFalse(before?.isConnected);
    });
  }
});
