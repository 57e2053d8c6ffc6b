import { createHash } from "node:crypto";
import { chmodSync, cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DataFolder } from "./data-folder.ts";
import type { PlatformBinaries } from "./platform-binaries.ts";

/** Every user can read and enter this folder on any Unix, and it survives reboots. */
const BASE = "/var/tmp";

/**
 * Moves the cluster and a copy of PostgreSQL's programs to /var/tmp, for a root user without capabilities whose folders the `postgres`
 * user cannot reach. A note in the data folder names the new folder.
 */
export function moveToReachableFolder(folder: DataFolder, binaries: PlatformBinaries, base = BASE): { folder: DataFolder; binaries: PlatformBinaries } {
  const home = join(base, `dramac-postgres-${binaries.major}-${digest(binaries.home)}`);
  copyPrograms(binaries.home, home);
  const root = join(base, `dramac-data-${digest(folder.root)}`);
  mkdirSync(root, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder.root, "MOVED"), `The user postgres cannot reach this folder, so its database is in ${root}\n`);
  return {
    folder: {
      ...folder,
      root,
      cluster: join(root, "cluster"),
      unfinished: join(root, "cluster.unfinished"),
      password: join(root, "password"),
      port: join(root, "port"),
      log: join(root, "postgres.log"),
    },
    binaries: { ...binaries, home, initdb: join(home, "bin/initdb"), postgres: join(home, "bin/postgres") },
  };
}

/** Copies to another folder and renames it when the copy is complete. A second process uses the first one's copy. */
function copyPrograms(from: string, to: string): void {
  if (existsSync(to)) return;
  const aside = `${to}.${process.pid}`;
  cpSync(from, aside, { recursive: true, verbatimSymlinks: true });
  chmodSync(aside, 0o755);
  try {
    renameSync(aside, to);
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    if (!existsSync(to)) throw error;
  }
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);
