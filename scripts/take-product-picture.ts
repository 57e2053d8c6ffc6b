import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { launchBrowser } from "@dramac/e2e";
import { readConfiguration } from "../edge-api/src/config.ts";
import { readDevRecord } from "./demo.ts";

const PICTURE = "docs/images/product.png";

/** `npm run picture`, beside a running `npm start`: takes the picture of the README. */
async function takeProductPicture(): Promise<void> {
  const { sites } = readDevRecord(readConfiguration().dataFolder);
  const url = sites.brochure?.url;
  if (url === undefined) throw new Error("The demo sites do not run. Run npm start in another terminal first.");
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: "reduce" });
    await page.goto(url);
    await page.getByRole("button", { name: "Agree", exact: true }).click();
    await page.waitForFunction(() => document.querySelectorAll("dramac-module[state=ready]").length >= 2);
    await Promise.any(page.frames().map((frame) => frame.getByRole("button", { name: "Chat with us" }).click({ timeout: 10_000 })));
    await page.locator("main").evaluate((main) => main.scrollIntoView({ block: "end" }));
    await page.waitForTimeout(1_500);
    mkdirSync(dirname(PICTURE), { recursive: true });
    await page.screenshot({ path: PICTURE });
    console.log(`${PICTURE} shows ${url}`);
  } finally {
    await browser.close();
  }
}

await takeProductPicture();
