import type { PageFunction } from "@dramac/contracts/handover";
import { ContextConsumer } from "@lit/context";
import { ReactiveElement } from "@lit/reactive-element";
import { assert } from "chai";
import { type ModuleRegistry, modulesContext, type ProviderElement } from "../src/provider/index.ts";
import { createPageModules } from "../src/registry/index.ts";
import { planned, startPage } from "./helpers/page.ts";

/** A component that somebody wrote: it draws the slugs it is given. */
class ListElement extends ReactiveElement {
  readonly seen: (ModuleRegistry | undefined)[] = [];
  readonly consumer = new ContextConsumer(this, { context: modulesContext, subscribe: true, callback: (value) => this.seen.push(value) });
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
  protected override updated(): void {
    this.textContent = this.consumer.value?.modules.map(({ slug }) => slug).join(" ") ?? "none";
  }
}
customElements.define("test-list", ListElement);

async function standing(level?: string) {
  const page: { dramac?: PageFunction } = {};
  const provider = document.createElement("dramac-provider") as ProviderElement;
  provider.source = createPageModules(page);
  if (level) provider.setAttribute("level", level);
  const list = document.createElement("test-list") as ListElement;
  provider.append(list);
  document.body.append(provider);
  const settle = () => provider.updateComplete.then(() => list.updateComplete);
  await settle();
  return { page, provider, list, settle };
}

describe("<dramac-provider>", () => {
  afterEach(() => document.body.replaceChildren());

  it("gives the page's modules to a component inside it, and the next ones after every change", async () => {
    const { page, list, settle } = await standing();
    assert.equal(list.textContent, "");
    const runtime = startPage(page, [planned("form"), planned("chat")]);
    await settle();
    assert.equal(list.textContent, "form chat");
    runtime.replace([planned("chat")]);
    await settle();
    assert.equal(list.textContent, "chat");
  });

  it("gives nothing to a component that stands outside", async () => {
    const { page, settle } = await standing();
    const outside = document.createElement("test-list") as ListElement;
    document.body.append(outside);
    startPage(page, [planned("form")]);
    await settle();
    await outside.updateComplete;
    assert.deepEqual([outside.seen.length, outside.textContent], [0, "none"]);
  });

  it("narrows the view to one level, as its attribute says now", async () => {
    const { page, provider, list, settle } = await standing("client");
    startPage(page, [planned("form"), planned("crm", { level: "client" })]);
    await settle();
    assert.equal(list.textContent, "crm");
    provider.level = "site";
    await settle();
    assert.equal(list.textContent, "form");
    provider.removeAttribute("level");
    await settle();
    assert.equal(list.textContent, "form crm");
  });

  it("tells scripts without a context of every change, and keeps still once it is taken away", async () => {
    const { page, provider, settle } = await standing();
    const heard: number[] = [];
    provider.addEventListener("dramac:modules", (event) => heard.push((event as CustomEvent<ModuleRegistry>).detail.modules.length));
    const runtime = startPage(page, [planned("form")]);
    await settle();
    assert.deepEqual(heard, [1]);
    provider.remove();
    runtime.replace([]);
    await settle();
    assert.deepEqual(heard, [1]);
    document.body.append(provider);
    await settle();
    assert.deepEqual([heard, provider.value.modules.length], [[1, 0], 0]);
  });

  it("is laid out as if it were not there", async () => {
    const { provider } = await standing();
    assert.deepEqual([getComputedStyle(provider).display, provider.shadowRoot], ["contents", null]);
  });
});
