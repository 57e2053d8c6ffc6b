import type { Plan, PlannedModule } from "@dramac/contracts";
import type { Handover, PageFunction } from "@dramac/contracts/handover";
import { assert } from "chai";
import { start } from "../src/runtime.ts";
import { planned } from "./helpers/page.ts";

const FLOATING = { kind: "floating", side: "right", width: 380, maxHeight: 560, heights: { narrow: 1, medium: 1, wide: 1 } } as const;
const modules = ["form", "chat"].map(
  (slug): PlannedModule => planned(slug, { frame: `${location.origin}/nowhere/f/${slug}`, presentation: FLOATING, hook: "site:body:end" }),
);
const plan: Plan = {
  plan: 1,
  surface: { key: "site_x", kind: "site", revision: "1", status: "active", locale: "en", theme: { scheme: "light" } },
  modules,
} as Plan;

/** A page with two modules, handed over as the loader does it. */
function startPage(): PageFunction {
  const dramac: PageFunction = (...call) => void dramac.q?.push(call);
  dramac.q = [];
  for (const { installation } of modules) {
    const element = document.createElement("dramac-module");
    element.setAttribute("installation", installation);
    document.body.append(element);
  }
  start({
    plan,
    isCached: false,
    platform: location.origin,
    dramac,
    waiting: new Map(),
    ensureMountPoints: ({ installation }) => [...document.querySelectorAll<HTMLElement>(`[installation="${installation}"]`)],
    matchesPath: () => true,
    reserveSpace: () => undefined,
    release: () => undefined,
  } satisfies Handover);
  return dramac;
}

const frames = () => [...document.querySelectorAll("dramac-module")].map((element) => element.shadowRoot?.querySelector("iframe") ?? null);

describe("when the person on the page changes", () => {
  it("the modules stay for a visitor who signs in, and are mounted again for each later person", () => {
    const dramac = startPage();
    const visitors = frames();
    assert.lengthOf(visitors, 2);
    assert.notInclude(visitors, null);

    dramac("identify", "ada");
    assert.deepEqual(frames(), visitors);

    // The next person, or an anonymous visitor, must not see what the previous person saw and wrote.
    let before = frames();
    for (const next of ["bo", () => "cy", null]) {
      dramac("identify", next);
      const after = frames();
      assert.notInclude(after, null, "both run again");
      for (const frame of before) {
        assert.isFalse(frame?.isConnected);
        assert.notInclude(after, frame);
      }
      before = after;
    }

    dramac("identify", "dee");
    assert.deepEqual(frames(), before, "the modules stay when an anonymous visitor signs in");
  });
});
