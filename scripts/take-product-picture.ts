import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { launchBrowser } from "@dramac/e2e";
import { readConfiguration } from "../edge-api/src/config.ts";
import { readDevRecord } from "./demo.ts";

type Browser = Awaited<ReturnType<typeof launchBrowser>>;
type Page = Awaited<ReturnType<Browser["newPage"]>>;
type Frame = ReturnType<Page["mainFrame"]>;

const PICTURE = "docs/images/product.png";

/** The frame of the support chat: modules have no name that the page knows. */
async function findChat(page: Page): Promise<Frame> {
  const waiting = page.frames().map(async (frame) => {
    await frame.getByRole("button", { name: "Chat with us" }).waitFor({ timeout: 10_000 });
    return frame;
  });
  return Promise.any(waiting);
}

/** `npm run picture`, beside a running `npm start`: takes the picture of the README. */
async function takeProductPicture(): Promise<void> {
  const { sites } = readDevRecord(readConfiguration().dataFolder);
  const url = sites.brochure?.url;
  if (url === undefined) throw new Error("The demo sites do not run. Run npm start in another terminal first.");
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
    await page.goto(`${url}contact`);
    await page.getByRole("button", { name: "Agree", exact: true }).click();
    await page.waitForFunction(() => document.querySelectorAll("dramac-module[state=ready]").length >= 2);
    const chat = await findChat(page);
    await chat.getByRole("button", { name: "Chat with us" }).click();
    await chat.getByLabel("Your message").fill("Is my boat ready?");
    await page.keyboard.press("Enter");
    await chat.getByText("You,").waitFor();
    await page.locator("dramac-module[module=contact-form]").evaluate((element) => element.scrollIntoView({ block: "center" }));
    await page.waitForTimeout(500);
    mkdirSync(dirname(PICTURE), { recursive: true });
    await page.screenshot({ path: PICTURE });
    console.log(`${PICTURE} shows ${url}`);
  } finally {
    await browser.close();
  }
}

await takeProductPicture();
