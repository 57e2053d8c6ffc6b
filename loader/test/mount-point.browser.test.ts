import type { PlannedModule } from "@dramac/contracts";
import { assert } from "chai";
import { ensureMountPoints } from "../src/mount-point.ts";

const module = (hook: string | null, kind = "inline") => ({ installation: "1", slug: "shop", hook, presentation: { kind } }) as unknown as PlannedModule;

/** The parent and the siblings of each element of the module. */
function insertedAt(hook: string | null, html: string, kind?: string): string[] {
  document.body.innerHTML = html;
  return ensureMountPoints(module(hook, kind)).map((element) => {
    const before = element.previousElementSibling?.id;
    const after = element.nextElementSibling?.id;
    return `${element.parentElement === document.body ? "body" : element.parentElement?.id}: ${before ?? "–"} | ${after ?? "–"}`;
  });
}

const PAGE = '<header id="top"></header><main id="main"></main><footer id="foot"></footer>';

describe("mount points", () => {
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
    it(`${hook} is mounted at ${where}`, () => assert.deepEqual(insertedAt(hook, PAGE), [where]));
  }

  it("a page without main uses role=main, or else the content of the body", () => {
    assert.deepEqual(insertedAt("site:page:after", '<div id="m" role="main"></div><p id="p"></p>'), ["body: m | p"]);
    assert.deepEqual(insertedAt("site:page:before", '<p id="p"></p>'), ["body: – | p"]);
    assert.deepEqual(insertedAt("site:page:after", '<p id="p"></p>'), ["body: p | –"]);
  });

  it("every marked section gets an element", () => {
    const html = '<p id="a" data-dramac-section="one"></p><p id="b" data-dramac-section="two"></p>';
    assert.deepEqual(insertedAt("site:section:after", html), ["body: a | b", "body: b | –"]);
  });

  it("elements of the page's author take precedence over the hook", () => {
    document.body.innerHTML = `${PAGE}<dramac-module id="mine" module="shop"></dramac-module>`;
    assert.deepEqual(
      ensureMountPoints(module("site:page:after")).map(({ id }) => id),
      ["mine"],
    );
    assert.deepEqual(insertedAt("site:page:after", `${PAGE}<dramac-hook id="hook" name="site:page:after"></dramac-hook>`), ["hook: – | –"]);
  });

  it("a second call creates no second element", () => {
    document.body.innerHTML = PAGE;
    const [first] = ensureMountPoints(module("site:page:after"));
    assert.deepEqual(ensureMountPoints(module("site:page:after")), [first as HTMLElement]);
  });

  it("a hook without a mount point, or of another kind of surface, mounts nothing", () => {
    assert.deepEqual(insertedAt("site:section:before", PAGE), []);
    assert.deepEqual(insertedAt("portal:page:before", PAGE), []);
    assert.deepEqual(insertedAt(null, PAGE), []);
  });

  it("a floating module is mounted at the end of the body for any hook", () => {
    assert.deepEqual(insertedAt("site:page:before", PAGE, "floating"), ["body: foot | –"]);
  });
});
