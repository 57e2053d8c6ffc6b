import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

const SKIPPED = new Set(["node_modules", "dist", "generated", "screenshots", ".git"]);

/** Every file below a folder that a build may depend on, in a stable order. */
export function listSources(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !SKIPPED.has(name))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      return statSync(path).isDirectory() ? listSources(path) : [path];
    });
}

/** One hash over names and contents: the same sources give the same hash. */
export function hashSources(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const source of paths) {
    for (const path of statSync(source).isDirectory() ? listSources(source) : [source]) hash.update(path).update(readFileSync(path));
  }
  return hash.digest("hex");
}
