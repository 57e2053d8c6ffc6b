import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Frame } from "playwright-core";
import { createPages } from "../members/backend.ts";
import { assertSound, frameWith, picture } from "./appearance.ts";
import { type MembersHarness, openMembersHarness } from "./members-harness.ts";

let harness: MembersHarness;
let website: ReturnType<typeof createPages>;
let websiteKey = "";
const SHOP = "https://shop.example";

before(async () => {
  const shop = () =>
    `<!doctype html><html lang="en"><title>Shop</title><main>Shop</main><script>window.dramac=function(){(dramac.q=dramac.q||[]).push(arguments)};dramac("consent",{functional:true})</script><script async src="${harness.platform.url}/embed/${websiteKey}.js"></script>`;
  harness = await openMembersHarness({ surface: "portal", slug: "support-chat", level: "site", pages: new Map([["/shop", shop]]) });
  const made = await harness.asOwner("POST", `/api/sites/${harness.agency.ids.siteId}/surfaces`, { name: "Shop", origins: [SHOP, harness.host] });
  websiteKey = made.body.key;
  website = createPages(harness.platform, websiteKey, SHOP);
});
after(() => harness?.close());

/** A visitor of the site, who writes through the same door as the chat in a browser does. */
async function visit() {
  const { body } = await website.session(harness.installation, { visitor: null });
  const call = (method: string, endpoint: string, data?: unknown) => website.call(harness.installation, body.token, { method, endpoint, data });
  return {
    async say(text: string): Promise<string> {
      const { status, body: message } = await call("POST", "/storage/messages", { data: { text } });
      assert.equal(status, 200, JSON.stringify(message));
      return message.data.id;
    },
    hears: async () =>
      ((await call("GET", "/storage/messages")).body.data.items as { author: string; data: { text: string } }[]).map(
        ({ author, data }) => `${author}: ${data.text}`,
      ),
    reads: (collection: string) => call("GET", `/storage/${collection}`),
  };
}

const openInbox = async (member: string) => harness.open(await harness.signIn(member), "/", "main");
const rows = (frame: Frame) => frame.locator(".threads li");
const answer = async (frame: Frame, text: string) => {
  await frame.getByRole("textbox").fill(text);
  await frame.getByRole("textbox").press("Enter");
};

describe("a member", () => {
  test("is told that there are no messages, and sees the first message appear", async () => {
    const { page, frame } = await openInbox("ada");
    await frame.getByText("No messages yet.").waitFor();
    await (await visit()).say("Is the blue one still there?");
    await rows(frame).getByText("Is the blue one still there?").waitFor();
    await frame.getByRole("heading", { name: "Conversations (1)" }).waitFor();
    await page.context().close();
  });

  test("answers a visitor, who hears it; another visitor hears nothing", async () => {
    const [visitor, other] = [await visit(), await visit()];
    await visitor.say("Do you ship to Graz?");
    await other.say("What are your hours?");
    const { page, frame } = await openInbox("ada");
    await rows(frame).getByText("Do you ship to Graz?").click();
    await answer(frame, "We do, by Friday.");
    await frame.locator(".line.team.sent", { hasText: "We do, by Friday." }).waitFor();
    assert.deepEqual(await visitor.hears(), ["visitor: Do you ship to Graz?", "member: We do, by Friday."]);
    assert.deepEqual(await other.hears(), ["visitor: What are your hours?"]);
    await visitor.say("Thank you!");
    await frame.locator(".log").getByText("Thank you!").waitFor();
    await page.context().close();
  });

  test("finds unread conversations first; reading one says so to the whole team", async () => {
    const early = await visit();
    await early.say("First question");
    const [ada, grace] = [await openInbox("ada"), await openInbox("grace")];
    await rows(ada.frame).getByText("First question").click();
    await ada.frame.locator(".log").getByText("First question").waitFor();
    await rows(grace.frame).filter({ hasText: "First question" }).locator(".count").waitFor({ state: "detached" });
    const later = await visit();
    await later.say("Second question");
    await early.say("First question, once more");
    await rows(grace.frame).getByText("First question, once more").waitFor();
    await rows(grace.frame).getByText("Second question").waitFor();
    const unreadFirst = await grace.frame.locator(".threads li").evaluateAll((items) => items.map((item) => item.classList.contains("unread")));
    assert.deepEqual(
      unreadFirst,
      [...unreadFirst].sort((a, b) => Number(b) - Number(a)),
    );
    assert.ok(unreadFirst[0]);
    await ada.page.context().close();
    await grace.page.context().close();
  });

  test("keeps what could not be sent, and another try sends it once", async () => {
    const visitor = await visit();
    await visitor.say("Can you hear me?");
    const { page, frame } = await openInbox("ada");
    await rows(frame).getByText("Can you hear me?").click();
    await page.context().route("**/proxy", (route) => (route.request().postData()?.includes("/storage/messages") ? route.abort() : route.continue()));
    await answer(frame, "Loud and clear.");
    const again = frame.getByRole("button", { name: "Not sent. Try again" });
    await again.waitFor();
    await assertSound(frame, "an answer that was not sent");
    await page.context().unroute("**/proxy");
    // Stored this time, but the answer is lost: the change that it made comes all the same, and keeps it one.
    let isLost = false;
    await page.context().route("**/proxy", async (route) => {
      const response = await route.fetch();
      if (isLost || !route.request().postData()?.includes('"POST"')) return route.fulfill({ response });
      isLost = true;
      return route.abort();
    });
    await again.click();
    await frame.locator(".line.team.sent", { hasText: "Loud and clear." }).waitFor();
    assert.deepEqual(await visitor.hears(), ["visitor: Can you hear me?", "member: Loud and clear."]);
    await page.context().close();
  });

  test("is told when conversations cannot be loaded, and loads them with another try", async () => {
    const context = await harness.signIn("ada");
    await context.route("**/proxy", (route) => route.abort());
    const { frame } = await harness.open(context, "/", "main");
    await frame.getByText("Messages could not be loaded.").waitFor();
    assert.equal(await frame.getByText("No messages yet.").isVisible(), false);
    await context.unroute("**/proxy");
    await frame.getByRole("button", { name: "Try again" }).click();
    await rows(frame).first().waitFor();
    await context.close();
  });
});

describe("a visitor", () => {
  test("reads neither other people's messages nor the team's marks", async () => {
    const visitor = await visit();
    assert.deepEqual(await visitor.hears(), []);
    assert.equal((await visitor.reads("inbox")).body.code, "collection_denied");
  });

  test("still has the chat on the website, and none of the inbox there", async () => {
    const context = await harness.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${harness.host}/shop`);
    await page.waitForSelector(`${harness.selector}[state=ready]`, { state: "attached" });
    const frame = await frameWith(page, ".launcher");
    await frame.locator(".launcher").click();
    await frame.getByLabel("Your message").fill("Hello from the website");
    await page.keyboard.press("Enter");
    await frame.getByText("You,").waitFor();
    const inbox = await openInbox("ada");
    await rows(inbox.frame).getByText("Hello from the website").click();
    await answer(inbox.frame, "Hello from the team");
    await frame.getByText("Hello from the team").waitFor();
    assert.equal(await page.locator("dramac-module").count(), 1);
    await context.close();
    await inbox.page.context().close();
  });
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [320, 768, 1200]) {
    test(`${colorScheme}, ${width} px: list and conversation are sound`, async () => {
      const context = await harness.signIn("ada", { viewport: { width, height: 800 }, colorScheme });
      const { page, frame } = await harness.open(context, "/", ".threads li");
      await assertSound(frame, "the list");
      const isPictured = (colorScheme === "light" && width === 768) || (colorScheme === "dark" && width === 320);
      const name = colorScheme === "dark" ? "inbox-dark-narrow" : "inbox";
      if (isPictured && width === 320) await picture(page, "support-chat", `${name}-list`, harness.selector);
      await rows(frame).getByText("Thank you!").click();
      await assertSound(frame, "a conversation");
      await page.waitForTimeout(300);
      if (isPictured) await picture(page, "support-chat", name, harness.selector);
      if (width === 320) {
        await frame.getByRole("button", { name: "Back" }).click();
        await rows(frame).first().waitFor();
      }
      await context.close();
    });
  }
}
