import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const EXECUTABLES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** Finds a Chromium on this machine; `CHROME_PATH` names one in another folder. */
export function findBrowser(): string | undefined {
  return [process.env.CHROME_PATH, ...EXECUTABLES].find((path) => path && existsSync(path));
}

/** A stock Chromium without its own network chatter. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (!executablePath) throw new Error("No Chromium on this machine: run npm test, which installs one, or set CHROME_PATH.");
  return chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
}
