import type { PlannedModule } from "@dramac/contracts";
import { assert } from "chai";
import { ensureMountPoints } from "../src/mount-point.ts";

const module = (hook: string | null, kind = "inline") => ({ installation: "1", slug: "shop", hook, presentation: { kind } }) as unknown as PlannedModule;

/** Where the module's element came to stand, in words. */
function standsAfter(hook: string | null, html: string, kind?: string): string[] {
  document.body.innerHTML = html;
  return ensureMountPoints(module(hook, kind)).map((element) => {
    const before = element.previousElementSibling?.id;
    const after = element.nextElementSibling?.id;
    return `${element.parentElement === document.body ? "body" : element.parentElement?.id}: ${before ?? "–"} | ${after ?? "–"}`;
  });
}

const PAGE = '<header id="top"></header><main id="main"></main><footer id="foot"></footer>';

describe("places", () => {
  afterEach(() => {
    document.body.innerHTML = "";
  });

  for (const [hook, where] of [
    ["site:body:start", "body: – | top"],
    ["site:body:end", "body: foot | –"],
    ["site:footer", "body: foot | –"],
    ["site:page:before", "body: top | main"],
    ["site:page:after", "body: main | foot"],
  ] as const) {
    it(`${hook} stands at ${where}`, () => assert.deepEqual(standsAfter(hook, PAGE), [where]));
  }

  it("a page without main takes role=main, else the body's content", () => {
    assert.deepEqual(standsAfter("site:page:after", '<div id="m" role="main"></div><p id="p"></p>'), ["body: m | p"]);
    assert.deepEqual(standsAfter("site:page:before", '<p id="p"></p>'), ["body: – | p"]);
    assert.deepEqual(standsAfter("site:page:after", '<p id="p"></p>'), ["body: p | –"]);
  });

  it("every marked section gets one", () => {
    const html = '<p id="a" data-dramac-section="one"></p><p id="b" data-dramac-section="two"></p>';
    assert.deepEqual(standsAfter("site:section:after", html), ["body: a | b", "body: b | –"]);
  });

  it("what the author wrote wins over the hook", () => {
    document.body.innerHTML = `${PAGE}<dramac-module id="mine" module="shop"></dramac-module>`;
    assert.deepEqual(
      ensureMountPoints(module("site:page:after")).map(({ id }) => id),
      ["mine"],
    );
    assert.deepEqual(standsAfter("site:page:after", `${PAGE}<dramac-hook id="hook" name="site:page:after"></dramac-hook>`), ["hook: – | –"]);
  });

  it("a second look makes no second element", () => {
    document.body.innerHTML = PAGE;
    const [first] = ensureMountPoints(module("site:page:after"));
    assert.deepEqual(ensureMountPoints(module("site:page:after")), [first as HTMLElement]);
  });

  it("a hook without a place, or of another kind of surface, mounts nothing", () => {
    assert.deepEqual(standsAfter("site:section:before", PAGE), []);
    assert.deepEqual(standsAfter("portal:page:before", PAGE), []);
    assert.deepEqual(standsAfter(null, PAGE), []);
  });

  it("a floating module stands at the body's end, wherever its hook is", () => {
    assert.deepEqual(standsAfter("site:page:before", PAGE, "floating"), ["body: foot | –"]);
  });
});
