import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openStage, type Stage } from "../../src/index.ts";

let stage: Stage;
before(async () => {
  stage = await openStage(["villain", "probe"]);
});
after(() => stage?.close());

const elementOf = async (slug: string) => `dramac-module[installation="${await stage.platform.installation("shop", slug)}"]`;

/** The address of a file of a fixture's package, on the villain's own host. */
async function fileOf(slug: string, name: string): Promise<string> {
  const plan = (await (await fetch(`${stage.platform.url}/api/surfaces/${stage.siteKey}/plan`)).json()) as { modules: { slug: string; frame: string }[] };
  const { origin } = new URL(plan.modules.find((module) => module.slug === "villain")?.frame ?? "");
  const [row] = await stage.platform.database.withPlatform("test look-up", (tx) => tx`select package_hash from modules where slug = ${slug}`);
  return `${origin}/p/${row?.package_hash as string}/${name}`;
}

describe("L. policies of the frames", () => {
  test("100: a file of another package is refused by its path, one of its own is taken", async () => {
    const page = await stage.openShop("villain");
    const own = await fileOf("villain", "extra.js");
    const other = await fileOf("probe", "extra.js");
    const tab = await stage.browser.newPage();
    assert.equal((await tab.goto(other))?.status(), 200, "the file is there");
    await tab.close();
    assert.deepEqual(await stage.tell(page, "villain", "importFrom", own), { import: "through: own" });
    assert.deepEqual(await stage.tell(page, "villain", "importFrom", other), { import: "stopped: TypeError" });
    for (const [name, result] of Object.entries(await stage.tell<Record<string, string>>(page, "villain", "linkFrom", other))) {
      assert.match(result, /^stopped/, name);
    }
    await page.close();
  });

  test("105: no policy is lifted and no inline script runs, by meta, nested frames or names", async () => {
    const page = await stage.openShop("villain");
    const results = await stage.tell<Record<string, string>>(page, "villain", "policies", stage.evil);
    assert.equal(Object.keys(results).length, 6);
    for (const [name, result] of Object.entries(results)) assert.match(result, /^stopped/, name);
    assert.deepEqual(stage.evilRequests(), []);
    assert.equal(page.context().pages().length, 1);
    await page.close();
  });

  for (const deed of ["goBlank", "goSrcdoc", "openDocument"] as const) {
    test(`105: a module that loads a second time by ${deed} is taken off; its neighbour works`, async () => {
      const page = await stage.openShop("villain");
      await stage.command(page, "villain", deed);
      await page.waitForSelector(`${await elementOf("villain")}[state=failed]`, { state: "attached" });
      assert.equal((await stage.tell<{ name?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" })).name, "shop");
      await page.close();
    });
  }
});
