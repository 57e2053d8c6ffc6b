import type { PageFunction } from "@dramac/contracts/handover";
import { ContextConsumer } from "@lit/context";
import { ReactiveElement } from "@lit/reactive-element";
import { assert } from "chai";
import { type ModuleRegistry, modulesContext, type ProviderElement } from "../src/provider/index.ts";
import { createPageModules } from "../src/registry/index.ts";
import { planned, startPage } from "./helpers/page.ts";

/** A component of a page: it renders the slugs that it is given. */
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

async function createProvider(level?: string) {
  const page: { dramac?: PageFunction } = {};
  const provider = document.createElement("dramac-provider") as ProviderElement;
  provider.source = createPageModules(page);
  if (level) provider.setAttribute("level", level);
  const list = document.createElement("test-list") as ListElement;
  provider.append(list);
  document.body.append(provider);
  const waitForUpdate = () => provider.updateComplete.then(() => list.updateComplete);
  await waitForUpdate();
  return { page, provider, list, waitForUpdate };
}

describe("<dramac-provider>", () => {
  afterEach(() => document.body.replaceChildren());

  it("gives the page's modules to a component inside it, again after every change", async () => {
    const { page, list, waitForUpdate } = await createProvider();
    assert.equal(list.textContent, "");
    const runtime = startPage(page, [planned("form"), planned("chat")]);
    await waitForUpdate();
    assert.equal(list.textContent, "form chat");
    runtime.replace([planned("chat")]);
    await waitForUpdate();
    assert.equal(list.textContent, "chat");
  });

  it("gives nothing to a component outside it", async () => {
    const { page, waitForUpdate } = await createProvider();
    const outside = document.createElement("test-list") as ListElement;
    document.body.append(outside);
    startPage(page, [planned("form")]);
    await waitForUpdate();
    await outside.updateComplete;
    assert.deepEqual([outside.seen.length, outside.textContent], [0, "none"]);
  });

  it("narrows the view to the level of its attribute", async () => {
    const { page, provider, list, waitForUpdate } = await createProvider("client");
    startPage(page, [planned("form"), planned("crm", { level: "client" })]);
    await waitForUpdate();
    assert.equal(list.textContent, "crm");
    provider.level = "site";
    await waitForUpdate();
    assert.equal(list.textContent, "form");
    provider.removeAttribute("level");
    await waitForUpdate();
    assert.equal(list.textContent, "form crm");
  });

  it("fires an event after every change, and none after it was removed", async () => {
    const { page, provider, waitForUpdate } = await createProvider();
    const received: number[] = [];
    provider.addEventListener("dramac:modules", (event) => received.push((event as CustomEvent<ModuleRegistry>).detail.modules.length));
    const runtime = startPage(page, [planned("form")]);
    await waitForUpdate();
    assert.deepEqual(received, [1]);
    provider.remove();
    runtime.replace([]);
    await waitForUpdate();
    assert.deepEqual(received, [1]);
    document.body.append(provider);
    await waitForUpdate();
    assert.deepEqual([received, provider.value.modules.length], [[1, 0], 0]);
  });

  it("is laid out as if it were not there", async () => {
    const { provider } = await createProvider();
    assert.deepEqual([getComputedStyle(provider).display, provider.shadowRoot], ["contents", null]);
  });
});
