import { createButton, element, icon } from "@dramac/module-kit";
import { assert } from "chai";

describe("element", () => {
  it("sets attributes: true without a value, false not at all", () => {
    const input = element("input", { type: "search", required: true, disabled: false });
    assert.equal(input.outerHTML, '<input type="search" required="">');
  });

  it("adds nodes and strings in order, and never reads a string as markup", () => {
    const paragraph = element("p", {}, "<b>", element("em", {}, "one"), "two");
    assert.equal(paragraph.innerHTML, "&lt;b&gt;<em>one</em>two");
  });
});

describe("icon", () => {
  it("is an SVG of the given path that screen readers skip", () => {
    const svg = icon("M4 12h15");
    assert.equal(svg.namespaceURI, "http://www.w3.org/2000/svg");
    assert.equal(svg.getAttribute("aria-hidden"), "true");
    assert.equal(svg.querySelector("path")?.getAttribute("d"), "M4 12h15");
  });
});

describe("createButton", () => {
  it("calls back once for a click, and not while it is busy", () => {
    let clicks = 0;
    const { node, setBusy } = createButton("Save", () => clicks++, "first");
    document.body.append(node);
    node.click();
    setBusy(true, "Saving …");
    node.click();
    node.focus();
    assert.deepEqual([clicks, node.textContent, document.activeElement === node], [1, "Saving …", true]);
    setBusy(false);
    node.click();
    assert.deepEqual([clicks, node.textContent, node.className], [2, "Save", "first"]);
    node.remove();
  });
});
