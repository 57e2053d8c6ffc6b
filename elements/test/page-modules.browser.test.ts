import type { PlannedModule } from "@dramac/contracts";
import type { PageFunction } from "@dramac/contracts/handover";
import { assert } from "chai";
import { createPageModules } from "../src/registry/index.ts";
import { planned, startPage } from "./helpers/page.ts";

const slugs = (modules: readonly PlannedModule[]) => modules.map(({ slug }) => slug);

describe("the registry of a page's modules", () => {
  it("is empty and never calls back where there is no page", () => {
    const { current, subscribe } = createPageModules(undefined);
    subscribe(() => assert.fail("called"))();
    assert.deepEqual([current().isReady, current().modules.length, current().isModuleEnabled("form")], [false, 0, false]);
  });

  it("waits in the page's queue for a loader that starts later, and then calls back once", () => {
    const page: { dramac?: PageFunction } = {};
    const { current, subscribe } = createPageModules(page);
    const received: boolean[] = [];
    subscribe(() => received.push(current().isReady));
    assert.isFalse(current().isReady);
    startPage(page, [planned("form")]);
    assert.deepEqual([received, slugs(current().modules)], [[true], ["form"]]);
  });

  it("knows the modules of a loader that started earlier", () => {
    const page: { dramac?: PageFunction } = {};
    startPage(page, [planned("form")]);
    assert.isTrue(createPageModules(page).current().isModuleEnabled("form"));
  });

  it("finds modules by level, hook and slug; a row without a level belongs to the site", () => {
    const page: { dramac?: PageFunction } = {};
    startPage(page, [
      planned("form", { hook: "site:page:after" }),
      planned("form", { hook: "site:footer", order: 1 }),
      planned("crm", { level: "agency", state: "over_limit" }),
      planned("chat", { level: "client", hook: "site:footer" }),
    ]);
    const registry = createPageModules(page).current();
    assert.deepEqual(
      [registry.agencyModules, registry.clientModules, registry.siteModules, registry.getModulesForHook("site:footer"), registry.at("client").modules].map(
        slugs,
      ),
      [["crm"], ["chat"], ["form", "form"], ["form", "chat"], ["chat"]],
    );
    assert.deepEqual([registry.isModuleEnabled("form"), registry.isModuleEnabled("crm"), registry.isModuleEnabled("none")], [true, false, false]);
    assert.deepEqual(
      [registry.getModule("chat")?.level, registry.getModule("none"), registry.at("agency").isModuleEnabled("form")],
      ["client", undefined, false],
    );
  });

  it("is another object after a change, and the same one when an event changed nothing", () => {
    const page: { dramac?: PageFunction } = {};
    const runtime = startPage(page, [planned("form")]);
    const { current, subscribe } = createPageModules(page);
    const first = current();
    let calls = 0;
    const undo = subscribe(() => calls++);
    runtime.emit("state");
    assert.equal(current(), first);
    runtime.settings.set("form", { greeting: "Hello" });
    runtime.emit("state");
    assert.deepEqual([calls, current().getModuleSettings("form"), first.getModuleSettings("form")], [1, { greeting: "Hello" }, {}]);
    runtime.replace([planned("form", { state: "suspended" })]);
    assert.deepEqual([calls, current().isModuleEnabled("form")], [2, false]);
    runtime.agree({ analytics: true });
    assert.deepEqual([calls, current().agreed], [3, { analytics: true }]);
    undo();
    undo();
    runtime.agree({ analytics: false });
    assert.deepEqual([calls, current().agreed], [3, { analytics: false }]);
  });

  it("is empty after the page destroyed everything", () => {
    const page: { dramac?: PageFunction } = {};
    const runtime = startPage(page, [planned("form")]);
    const { current, subscribe } = createPageModules(page);
    const received: number[] = [];
    subscribe(() => received.push(current().modules.length));
    assert.equal(current().modules.length, 1);
    runtime.destroy();
    assert.deepEqual([received, current().isReady], [[0], false]);
  });

  it("calls the other listeners when a listener ends its own subscription", () => {
    const page: { dramac?: PageFunction } = {};
    const runtime = startPage(page, [planned("form")]);
    const { subscribe } = createPageModules(page);
    const received: string[] = [];
    const undo = subscribe(() => {
      received.push("once");
      undo();
    });
    subscribe(() => received.push("always"));
    runtime.agree({ analytics: true });
    runtime.agree({ analytics: false });
    assert.deepEqual(received, ["once", "always", "always"]);
  });
});
