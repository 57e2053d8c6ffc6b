import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import axe from "axe-core";
import type { Frame, Page } from "playwright-core";

/** Set to keep the pictures in the modules' own folders, where their READMEs show them. */
const IS_SAVED = process.env.KEEP_SCREENSHOTS === "1";
const ROOT = new URL("../../../", import.meta.url).pathname;

/** Takes a screenshot of one element, for review and for READMEs. */
export async function picture(page: Page, module: string, name: string, selector: string): Promise<void> {
  const path = IS_SAVED ? `${ROOT}modules/${module}/screenshots/${name}.png` : `${ROOT}e2e/artifacts/${module}-${name}.png`;
  mkdirSync(dirname(path), { recursive: true });
  await page.locator(selector).screenshot({ path });
}

/** The module's own frame: the one that holds this text's element. */
export async function frameWith(page: Page, selector: string): Promise<Frame> {
  for (let attempt = 0; attempt < 50; attempt++) {
    for (const frame of page.frames()) if (frame.url() === "about:srcdoc" && (await frame.locator(selector).count())) return frame;
    await page.waitForTimeout(100);
  }
  throw new Error(`No module holds ${selector}.`);
}

/** Accessible by axe's rules, and nothing wider than its frame. */
export async function assertSound(frame: Frame, what: string): Promise<void> {
  await frame.evaluate(() => {
    const passing = document.getAnimations().filter(({ effect }) => effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    return Promise.allSettled(passing.map(({ finished }) => finished));
  });
  // The frame is transparent: its background is the page's colour, which axe cannot see from inside.
  const paper = await frame.page().evaluate(() => getComputedStyle(document.body).backgroundColor);
  await frame.evaluate((color) => document.documentElement.style.setProperty("background", color), paper);
  await frame.evaluate(axe.source);
  const violations = await frame.evaluate(async () => {
    const { axe: runner } = window as unknown as { axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
    // Landmarks and a level-one heading belong to the page around the module.
    const { violations: found } = await runner.run({
      rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false }, "landmark-one-main": { enabled: false } },
    });
    return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
  });
  await frame.evaluate(() => document.documentElement.style.removeProperty("background"));
  assert.deepEqual(violations, [], what);
  assert.equal(await frame.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true, `${what} does not overflow`);
}
