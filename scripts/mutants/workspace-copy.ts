import { execFileSync } from "node:child_process";
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

export interface WorkspaceCopy {
  readonly root: string;
  remove(): void;
}

/** What a build writes and tests read. */
const GENERATED = ["contracts/src/generated", "sdk/src/node/generated"];

/** A copy of the checkout to break things in. Installed packages are links; the project's own packages link to the copy. */
export function copyWorkspace(): WorkspaceCopy {
  const root = mkdtempSync(join(tmpdir(), "dramac-mutants-"));
  const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], { encoding: "utf8", maxBuffer: 1 << 26 });
  for (const file of files.split("\0").filter((name) => name && existsSync(name))) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    copyFileSync(file, join(root, file));
  }
  for (const folder of GENERATED) cpSync(folder, join(root, folder), { recursive: true });
  linkPackages(root);
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

function linkPackages(root: string): void {
  const modules = join(root, "node_modules");
  mkdirSync(join(modules, "@dramac"), { recursive: true });
  for (const name of readdirSync("node_modules")) if (name !== "@dramac") symlinkSync(resolve("node_modules", name), join(modules, name));
  for (const name of readdirSync("node_modules/@dramac")) {
    symlinkSync(join(root, folderOf(`@dramac/${name}`)), join(modules, "@dramac", name));
  }
}

/** The workspace folder of one of our packages. */
function folderOf(name: string): string {
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, { resolved?: string; link?: boolean }> };
  const found = packages[`node_modules/${name}`]?.resolved;
  if (!found) throw new Error(`${name} is in no workspace. Run npm install.`);
  return found;
}
