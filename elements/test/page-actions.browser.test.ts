import { assert } from "chai";
import { download, navigate, openLink } from "../src/page-actions.ts";

/** The origin of a module's frame on a developer's machine. */
const OWN = "http://frames.example";

/** Simulates a click of the visitor, which a test cannot make. */
function activate(isActive: boolean): void {
  Object.defineProperty(navigator, "userActivation", { value: { isActive }, configurable: true });
}

/** An element on a page with its own router, so that the test page is never left. */
function routed(): { element: HTMLElement; paths: string[] } {
  const paths: string[] = [];
  const element = document.createElement("div");
  element.addEventListener("dramac:navigate", (event) => {
    event.preventDefault();
    paths.push((event as CustomEvent<{ path: string }>).detail.path);
  });
  return { element, paths };
}

describe("what a module may do to the page", () => {
  const { open } = window;
  let opened: unknown[] = [];
  beforeEach(() => {
    activate(true);
    opened = [];
    window.open = (...parameters) => {
      opened.push(parameters);
      return null;
    };
  });
  afterEach(() => {
    window.open = open;
    Reflect.deleteProperty(navigator, "userActivation");
  });

  it("68: opens plain links in a tab that knows nothing of the page, and goes to the host's own paths", () => {
    for (const address of ["https://host.example/a", "mailto:a@b.example", "tel:+491", `${OWN}/print/1`]) assert.isTrue(openLink(address, OWN), address);
    assert.deepEqual(opened[0], ["https://host.example/a", "_blank", "noopener,noreferrer"]);
    const { element, paths } = routed();
    assert.isTrue(navigate(element, "/a/../b?c#d"));
    assert.deepEqual(paths, ["/b?c#d"]);
  });

  it("does nothing without the visitor's gesture", () => {
    activate(false);
    const { element, paths } = routed();
    assert.deepEqual([openLink("https://host.example/", OWN), navigate(element, "/a"), download("a.csv", new Blob(["a"]))], [false, false, false]);
    assert.deepEqual([opened, paths], [[], []]);
  });

  it("68: opens no link that is not plain https, mailto or tel, however it is written", () => {
    for (const address of [
      "javascript:alert(1)",
      "data:text/html,x",
      "http://plain.example/",
      "https://user@host.example/",
      "//evil.example",
      "java\nscript:alert(1)",
      "java\tscript:alert(1)",
      "\tjavascript:alert(1)",
      "\u0001javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "javascript://https://host.example/%0aalert(1)",
      "vbscript:x",
      "blob:https://host.example/1",
      "blob:http://frames.example/1",
      "http://frames.example:81/",
      "http://a@frames.example/",
      "file:///etc/passwd",
      "filesystem:https://host.example/temporary/x",
      "view-source:https://host.example/",
      "about:blank",
      "intent://host.example#Intent;end",
      "ms-settings:x",
      "ws://host.example/",
      "https://host.example@evil.example/",
      "https://host.example:x@evil.example/",
      "https://:pass@evil.example/",
      "https:\\\\host.example@evil.example/",
      "https://host.example%40evil.example@evil.example/",
      "\\\\evil.example",
      "/\\evil.example",
      "https://",
      "https:",
      "",
      "http://[",
    ]) {
      assert.isFalse(openLink(address, OWN), address);
    }
    assert.deepEqual(opened, []);
  });

  it("68: goes nowhere but to a path of this host, and never throws", () => {
    const { element, paths } = routed();
    for (const path of [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example",
      "relative",
      "",
      "http://[",
      "//[",
      "javascript:alert(1)",
      "/\t/evil.example/",
      "/\n/evil.example/",
      "\t//evil.example/",
      "/\\/evil.example",
      "\\\\evil.example",
      "/.//evil.example/",
      "/a/..//evil.example/",
      "/%2e//evil.example/",
      " //evil.example/",
      "///evil.example/",
      "/\\t\\evil@evil.example/../..//evil.example",
      "@evil.example",
      ".evil.example",
      ":80@evil.example",
    ]) {
      assert.isFalse(navigate(element, path), path);
    }
    assert.deepEqual(paths, []);
  });

  it("saves nothing that is no Blob", () => {
    for (const blob of [undefined, "text", {}, new ArrayBuffer(4)]) assert.isFalse(download("a.csv", blob));
  });
});
