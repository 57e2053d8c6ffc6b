import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHarness, type Harness } from "../../src/index.ts";

let harness: Harness;
before(async () => {
  harness = await openHarness(["villain", "probe"]);
});
after(() => harness?.close());

const elementOf = async (slug: string) => `dramac-module[installation="${await harness.platform.installation("shop", slug)}"]`;

/** The address of a file of a fixture's package, on the villain's own host. */
async function fileOf(slug: string, name: string): Promise<string> {
  const plan = (await (await fetch(`${harness.platform.url}/api/surfaces/${harness.siteKey}/plan`)).json()) as { modules: { slug: string; frame: string }[] };
  const { origin } = new URL(plan.modules.find((module) => module.slug === "villain")?.frame ?? "");
  const [row] = await harness.platform.database.withPlatform("test look-up", (tx) => tx`select package_hash from modules where slug = ${slug}`);
  return `${origin}/p/${row?.package_hash as string}/${name}`;
}

describe("L. policies of the frames", () => {
  test("100: a file of another package is blocked by its path, a file of the own package is loaded", async () => {
    const page = await harness.openHostPage("villain");
    const own = await fileOf("villain", "extra.js");
    const other = await fileOf("probe", "extra.js");
    const tab = await harness.browser.newPage();
    assert.equal((await tab.goto(other))?.status(), 200, "the file is there");
    await tab.close();
    assert.deepEqual(await harness.tell(page, "villain", "importFrom", own), { import: "through: own" });
    assert.deepEqual(await harness.tell(page, "villain", "importFrom", other), { import: "stopped: TypeError" });
    for (const [name, result] of Object.entries(await harness.tell<Record<string, string>>(page, "villain", "linkFrom", other))) {
      assert.match(result, /^stopped/, name);
    }
    await page.close();
  });

  test("105: neither meta elements, nested frames nor names lift the policy or run an inline script", async () => {
    const page = await harness.openHostPage("villain");
    const results = await harness.tell<Record<string, string>>(page, "villain", "policies", harness.evil);
    assert.equal(Object.keys(results).length, 6);
    for (const [name, result] of Object.entries(results)) assert.match(result, /^stopped/, name);
    assert.deepEqual(harness.evilRequests(), []);
    assert.equal(page.context().pages().length, 1);
    await page.close();
  });

  for (const action of ["goBlank", "goSrcdoc", "openDocument"] as const) {
    test(`105: a module that loads a second time by ${action} is removed; its neighbour works`, async () => {
      const page = await harness.openHostPage("villain");
      await harness.command(page, "villain", action);
      await page.waitForSelector(`${await elementOf("villain")}[state=failed]`, { state: "attached" });
      assert.equal((await harness.tell<{ name?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" })).name, "shop");
      await page.close();
    });
  }
});
