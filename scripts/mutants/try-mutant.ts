import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./generate-mutants.ts";
import type { Target } from "./targets.ts";
import type { WorkspaceCopy } from "./workspace-copy.ts";

/** A mutant that makes its tests run for ever is noticed, too. */
const TIMEOUT_MS = 90_000;

const isForBrowser = (file: string): boolean => file.endsWith(".browser.test.ts");

/** Runs a target's tests in a copy, until the first one fails. @returns whether all of them passed */
export async function testsPass({ root }: WorkspaceCopy, { tests }: Target): Promise<boolean> {
  for (const file of tests.filter((one) => !isForBrowser(one))) {
    if (!(await runs(root, ["--test-reporter=tap", file]))) return false;
  }
  const browserFiles = tests.filter(isForBrowser);
  return !browserFiles.length || runs(root, ["scripts/mutants/run-browser-files.ts", ...browserFiles]);
}

/** Runs a script of a copy. @returns whether it ended with 0 and reported no failed test */
function runs(root: string, script: readonly string[]): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", ...script], { cwd: root, stdio: ["ignore", "pipe", "ignore"], detached: true });
    const end = () => killGroup(child.pid);
    const timer = setTimeout(end, TIMEOUT_MS);
    let line = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (line + text).split("\n");
      line = lines.pop() ?? "";
      if (lines.some((one) => /^\s*not ok /.test(one))) end();
    });
    child.on("exit", (code) => {
      clearTimeout(timer);
      // Servers and browsers that a test left when it was cut short.
      end();
      resolve(code === 0);
    });
  });
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended.
  }
}

/** Puts one mutant into a copy, runs its tests, and puts the original back. @returns whether the tests noticed it */
export async function tryMutant(copy: WorkspaceCopy, target: Target, mutant: Mutant): Promise<boolean> {
  const path = join(copy.root, target.file);
  const original = readFileSync(path, "utf8");
  writeFileSync(path, original.slice(0, mutant.start) + mutant.text + original.slice(mutant.end));
  try {
    return !(await testsPass(copy, target));
  } finally {
    writeFileSync(path, original);
  }
}
