import { assert } from "chai";
import { download, navigate, openLink } from "../src/page-actions.ts";

/** As if the visitor had just clicked: a test cannot. */
function activate(isActive: boolean): void {
  Object.defineProperty(navigator, "userActivation", { value: { isActive }, configurable: true });
}

/** An element whose page has a router of its own, so that nothing is really left. */
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

  it("opens plain links in a tab that knows nothing of the page, and goes to the host's own paths", () => {
    for (const address of ["https://host.example/a", "mailto:a@b.example", "tel:+491"]) assert.isTrue(openLink(address), address);
    assert.deepEqual(opened[0], ["https://host.example/a", "_blank", "noopener,noreferrer"]);
    const { element, paths } = routed();
    assert.isTrue(navigate(element, "/a/../b?c#d"));
    assert.deepEqual(paths, ["/b?c#d"]);
  });

  it("does nothing without the visitor's gesture", () => {
    activate(false);
    const { element, paths } = routed();
    assert.deepEqual([openLink("https://host.example/"), navigate(element, "/a"), download("a.csv", new Blob(["a"]))], [false, false, false]);
    assert.deepEqual([opened, paths], [[], []]);
  });

  it("opens no link that is not plain https, mailto or tel", () => {
    for (const address of [
      "javascript:alert(1)",
      "data:text/html,x",
      "http://plain.example/",
      "https://user@host.example/",
      "//evil.example",
      "java\nscript:alert(1)",
      "",
      "http://[",
    ]) {
      assert.isFalse(openLink(address), address);
    }
    assert.deepEqual(opened, []);
  });

  it("goes nowhere but to a path of this host, and never throws", () => {
    const { element, paths } = routed();
    for (const path of ["https://evil.example/", "//evil.example/", "/\\evil.example", "relative", "", "http://[", "//[", "javascript:alert(1)"]) {
      assert.isFalse(navigate(element, path), path);
    }
    assert.deepEqual(paths, []);
  });

  it("saves nothing that is no Blob", () => {
    for (const blob of [undefined, "text", {}, new ArrayBuffer(4)]) assert.isFalse(download("a.csv", blob));
  });
});
