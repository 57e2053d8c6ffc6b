import { spawnSync } from "node:child_process";
import { findBrowser } from "../e2e/src/browser.ts";

const COMMANDS = [
  ["apt-get", "update"],
  ["apt-get", "install", "-y", "--no-install-recommends", "chromium"],
] as const;

/** Finds a Chromium, or installs the distribution's. @throws Error that says in one sentence what to do */
export function ensureBrowser(): void {
  if (findBrowser()) return;
  console.log("No Chromium on this machine: installing the distribution's …");
  const elevate = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  for (const command of COMMANDS) {
    const [program = "", ...parameters] = [...elevate, ...command];
    const result = spawnSync(program, parameters, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    if (result.status !== 0) break;
  }
  if (!findBrowser()) throw new Error("The tests need Chromium, and none could be installed: install it, or name one with CHROME_PATH.");
}
