import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Frame, Locator, Page } from "playwright-core";
import { assertSound, picture } from "./appearance.ts";
import { type MembersHarness, openMembersHarness } from "./members-harness.ts";

let harness: MembersHarness;
before(async () => {
  harness = await openMembersHarness({ surface: "dashboard", slug: "lead-tracker", level: "agency" });
});
after(() => harness?.close());

const openBoard = async (member: string) => harness.open(await harness.signIn(member), "/", "h2");

async function write(frame: Frame, lead: { name: string; company?: string; value?: string; stage?: string }): Promise<void> {
  await frame.getByRole("button", { name: "New lead" }).click();
  await frame.getByLabel("Name").fill(lead.name);
  await frame.getByLabel("Company").fill(lead.company ?? "");
  await frame.getByLabel("Value").fill(lead.value ?? "");
  await frame.getByLabel("Stage").selectOption(lead.stage ?? "New");
  await frame.getByRole("button", { name: "Save", exact: true }).click();
  await card(frame, lead.name).waitFor();
}

const card = (frame: Frame, name: string): Locator => frame.locator(".board .card", { hasText: name });
const inStage = (frame: Frame, stageName: string, name: string): Locator => frame.locator(`[data-stage=${stageName}] .card`, { hasText: name });
const handle = (frame: Frame, name: string): Locator => frame.getByRole("button", { name: `Move ${name}` });
const stageInDatabase = async (name: string) =>
  (
    await harness.platform.database.withTenant(
      harness.agency.ids.agencyId as string,
      (tx) => tx`select data->>'stage' as stage from module_documents where installation_id = ${harness.installation} and data->>'name' = ${name}`,
    )
  )[0]?.stage;

async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  assert.ok(start && end);
  await page.mouse.move(start.x + 20, start.y + start.height - 6);
  await page.mouse.down();
  await page.mouse.move(start.x + 60, start.y + 30, { steps: 4 });
  await page.mouse.move(end.x + end.width / 2, end.y + 60, { steps: 6 });
}

/** Holds a module's calls back that change something, or has them fail. */
const onChange = (page: Page, act: "abort" | "hold") =>
  page.context().route("**/proxy", async (route) => {
    if (!route.request().postData()?.includes('"PATCH"')) return route.continue();
    if (act === "abort") return route.abort();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    return route.continue();
  });

describe("a member", () => {
  test("writes leads, finds them by a search, and corrects one", async () => {
    const { page, frame } = await openBoard("ada");
    await frame.getByText("There are no leads yet.").waitFor();
    await assertSound(frame, "an empty board");
    await frame.getByRole("button", { name: "New lead" }).click();
    await frame.getByRole("button", { name: "Save", exact: true }).click();
    await frame.getByText("Who is it?").waitFor();
    await frame.getByRole("button", { name: "Leave without saving" }).click();
    await write(frame, { name: "Mara Lind", company: "Lind Bakery", value: "2400" });
    await write(frame, { name: "Jonas Weber", company: "Weber Optics", value: "12500.50", stage: "Contacted" });
    await frame.getByLabel("Search").fill("bakery");
    await card(frame, "Jonas Weber").waitFor({ state: "detached" });
    await card(frame, "Mara Lind").waitFor();
    await frame.getByLabel("Search").fill("");
    await card(frame, "Jonas Weber").getByRole("button", { name: "Jonas Weber", exact: true }).click();
    await frame.getByLabel("Notes").fill("Called on Monday");
    await frame.getByRole("button", { name: "Save", exact: true }).click();
    await frame.getByText("Jonas Weber is saved.").waitFor();
    await page.context().close();
  });

  test("drags a card into another stage with the mouse, and Escape puts it back", async () => {
    const { page, frame } = await openBoard("ada");
    await drag(page, card(frame, "Mara Lind"), frame.locator("[data-stage=proposal]"));
    await frame.locator("[data-stage=proposal].over").waitFor();
    await page.waitForTimeout(200);
    await picture(page, "lead-tracker", "drag", harness.selector);
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await inStage(frame, "new", "Mara Lind").waitFor();
    assert.equal(await frame.locator(".ghost").count(), 0);
    await drag(page, card(frame, "Mara Lind"), frame.locator("[data-stage=proposal]"));
    await page.mouse.up();
    await inStage(frame, "proposal", "Mara Lind").waitFor();
    await frame.locator(".card.moving").waitFor({ state: "detached" });
    assert.equal(await stageInDatabase("Mara Lind"), "proposal");
    assert.equal(await frame.getByRole("heading", { name: "Leads" }).count(), 1, "a drop opens no form");
    await page.context().close();
  });

  test("moves a card by arrow keys alone, keeps the focus on it, and hears where it went", async () => {
    const { page, frame } = await openBoard("ada");
    await handle(frame, "Mara Lind").focus();
    await page.keyboard.press("ArrowRight");
    await inStage(frame, "won", "Mara Lind").waitFor();
    await frame.getByRole("status").getByText("Mara Lind: Won.").waitFor();
    assert.match((await frame.evaluate(() => document.activeElement?.getAttribute("aria-label"))) ?? "", /Mara Lind, now in Won/);
    await page.keyboard.press("Home");
    await inStage(frame, "new", "Mara Lind").waitFor();
    await page.keyboard.press("ArrowLeft");
    await frame.getByText("Mara Lind is in New already.").waitFor();
    await frame.locator(".card.moving").waitFor({ state: "detached" });
    assert.equal(await stageInDatabase("Mara Lind"), "new");
    await page.context().close();
  });

  test("sees a move at once, and sees it taken back with a reason when it fails", async () => {
    const { page, frame } = await openBoard("ada");
    await onChange(page, "hold");
    await handle(frame, "Mara Lind").press("ArrowRight");
    await inStage(frame, "contacted", "Mara Lind").waitFor({ timeout: 800 });
    await frame.locator(".card.moving").waitFor({ state: "detached" });
    await page.context().unroute("**/proxy");
    await onChange(page, "abort");
    await handle(frame, "Mara Lind").press("ArrowRight");
    await frame.getByText("Mara Lind is back in Contacted.").waitFor();
    await inStage(frame, "contacted", "Mara Lind").waitFor();
    await assertSound(frame, "a move that failed");
    await page.waitForTimeout(300);
    await picture(page, "lead-tracker", "failed", harness.selector);
    await page.context().unroute("**/proxy");
    await frame.getByRole("button", { name: "Try again" }).click();
    await inStage(frame, "proposal", "Mara Lind").waitFor();
    await page.context().close();
  });

  test("deletes a lead after being asked", async () => {
    const { page, frame } = await openBoard("ada");
    await write(frame, { name: "Ida Short" });
    await frame.getByRole("button", { name: "Ida Short", exact: true }).click();
    await frame.getByRole("button", { name: "Delete", exact: true }).click();
    await frame.getByRole("button", { name: "Keep it" }).click();
    await frame.getByRole("button", { name: "Delete", exact: true }).click();
    await frame.getByRole("button", { name: "Yes, delete it" }).click();
    await frame.getByText("Ida Short is deleted.").waitFor();
    assert.equal(await card(frame, "Ida Short").count(), 0);
    await page.context().close();
  });
});

describe("two members", () => {
  test("see each other's leads and moves as they come", async () => {
    const [ada, grace] = [await openBoard("ada"), await openBoard("grace")];
    await write(ada.frame, { name: "Tom Shared" });
    await card(grace.frame, "Tom Shared").waitFor();
    await handle(grace.frame, "Tom Shared").press("End");
    await inStage(ada.frame, "lost", "Tom Shared").waitFor();
    await ada.page.context().close();
    await grace.page.context().close();
  });

  test("who move the same card: the later one is told where it is, and nothing is overwritten", async () => {
    const [ada, grace] = [await openBoard("ada"), await openBoard("grace")];
    await onChange(grace.page, "hold");
    await handle(grace.frame, "Tom Shared").press("Home");
    await inStage(grace.frame, "new", "Tom Shared").waitFor();
    await handle(ada.frame, "Tom Shared").press("ArrowLeft");
    await inStage(ada.frame, "won", "Tom Shared").waitFor();
    await grace.frame.getByText("Another member has changed Tom Shared. It is in Won now").waitFor();
    await inStage(grace.frame, "won", "Tom Shared").waitFor();
    assert.equal(await stageInDatabase("Tom Shared"), "won");
    await ada.page.context().close();
    await grace.page.context().close();
  });

  test("who write the same lead are shown both, and choose", async () => {
    const [ada, grace] = [await openBoard("ada"), await openBoard("grace")];
    for (const [{ frame }, notes] of [
      [ada, "By Ada"],
      [grace, "By Grace"],
    ] as const) {
      await frame.getByRole("button", { name: "Tom Shared", exact: true }).click();
      await frame.getByLabel("Notes").fill(notes);
    }
    await ada.frame.getByRole("button", { name: "Save", exact: true }).click();
    await card(ada.frame, "Tom Shared").waitFor();
    await grace.frame.getByRole("button", { name: "Save", exact: true }).click();
    await grace.frame.getByText("Another member changed this lead").waitFor();
    assert.match((await grace.frame.locator("tr", { hasText: "Notes" }).textContent()) ?? "", /By Ada.*By Grace/);
    await assertSound(grace.frame, "a conflict");
    await grace.frame.getByRole("button", { name: "Take the other one" }).click();
    assert.equal(await grace.frame.getByLabel("Notes").inputValue(), "By Ada");
    await ada.page.context().close();
    await grace.page.context().close();
  });
});

test("a board that cannot be loaded says so, and loads with another try", async () => {
  const context = await harness.signIn("ada");
  await context.route("**/proxy", (route) => route.abort());
  const { frame } = await harness.open(context, "/", "main");
  await frame.getByText("Leads could not be loaded.").waitFor();
  await context.unroute("**/proxy");
  await frame.getByRole("button", { name: "Try again" }).click();
  await card(frame, "Mara Lind").waitFor();
  await context.close();
});

describe("with a board that is full", () => {
  before(async () => {
    const { page, frame } = await openBoard("ada");
    for (const [name, company, value, at] of [
      ["Ines Prado", "Prado Architects", "8000", "New"],
      ["Oskar Holm", "Holm Sails", "3200", "Contacted"],
      ["Lea Brandt", "", "", "Contacted"],
      ["Yuki Tanabe", "Tanabe Ceramics with a rather long name", "19500", "Proposal"],
      ["Paul Mayer", "Mayer & Sons", "5600", "Won"],
    ] as const)
      await write(frame, { name, company, value, stage: at });
    await page.context().close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [320, 768, 1200]) {
      test(`${colorScheme}, ${width} px: board, form and widget are sound`, async () => {
        const context = await harness.signIn("ada", { viewport: { width, height: width === 320 ? 1_400 : 900 }, colorScheme });
        const { page, frame } = await harness.open(context, "/", ".card");
        const keep = async (name: string) => {
          await page.waitForTimeout(700);
          if (colorScheme === "light" && width === 1200) await picture(page, "lead-tracker", name, harness.selector);
          if (colorScheme === "dark" && width === 320) await picture(page, "lead-tracker", `${name}-dark-narrow`, harness.selector);
          if (colorScheme === "dark" && width === 768 && name === "board") await picture(page, "lead-tracker", `${name}-dark`, harness.selector);
        };
        await assertSound(frame, "the board");
        await keep("board");
        await frame.getByRole("button", { name: "Paul Mayer", exact: true }).click();
        await assertSound(frame, "the form");
        await keep("form");
        const home = await harness.open(context, "/home", ".widget");
        await home.frame.getByText("Proposal").waitFor();
        await assertSound(home.frame, "the widget");
        if (colorScheme === "light" && width === 320) await picture(home.page, "lead-tracker", "widget", harness.selector);
        await context.close();
      });
    }
  }

  test("the widget counts each stage with its value, follows moves, and leads to the board", async () => {
    const { page, frame } = await openBoard("ada");
    const home = await harness.open(page.context(), "/home", ".widget");
    const row = home.frame.locator("tr", { hasText: "Won" });
    const before = Number(await row.locator("td").first().textContent());
    await page.bringToFront();
    await handle(frame, "Ines Prado").press("End");
    await handle(frame, "Ines Prado").press("ArrowLeft");
    await row.locator("td", { hasText: new RegExp(`^${before + 1}$`) }).waitFor();
    await home.page.bringToFront();
    await home.frame.getByRole("link", { name: "Open the board" }).click();
    await home.page.waitForURL(`${harness.host}/m/lead-tracker`);
    await page.context().close();
  });
});
