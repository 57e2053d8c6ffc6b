import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Mutant } from "./generate-mutants.ts";
import type { Target } from "./targets.ts";
import type { WorkspaceCopy } from "./workspace-copy.ts";

/** A mutant that makes its tests run for ever is noticed, too. */
const TIMEOUT_MS = 90_000;

/** Runs a target's tests in a copy. @returns whether all of them passed */
export function testsPass({ root }: WorkspaceCopy, { tests }: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--import", "tsx", "scripts/mutants/run-files.ts", ...tests], { cwd: root, stdio: "ignore", detached: true });
    const timer = setTimeout(() => killGroup(child.pid), TIMEOUT_MS);
    child.on("exit", (code) => {
      clearTimeout(timer);
      // Servers and browsers that a test left when it was cut short.
      killGroup(child.pid);
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
