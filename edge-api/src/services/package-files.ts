import type { EntryPoint, Manifest } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/database.ts";
import type { Entry } from "../delivery/frame-document.ts";

export interface PackageFile {
  readonly bytes: Buffer;
  readonly type: string;
}

/** Files of published packages, by package hash; kept in memory up to a bound. */
export function createPackageFiles(database: Database, maxBytes = 16 * 1024 * 1024) {
  const cache = new LRUCache<string, PackageFile>({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes.length + 200 });

  async function read(packageHash: string, path: string): Promise<PackageFile | undefined> {
    const key = `${packageHash}/${path}`;
    const known = cache.get(key);
    if (known) return known;
    const [row] = await database.withPlatform(
      "package file",
      (tx) => tx`
      select c.bytes, f.content_type from module_versions v
        join module_version_files f on f.version_id = v.id
        join file_contents c on c.content_hash = f.content_hash
      where v.package_hash = ${packageHash} and v.status = 'published' and v.killed_at is null and f.path = ${path} limit 1`,
    );
    if (!row) return undefined;
    const file: PackageFile = { bytes: row.bytes as Buffer, type: row.content_type as string };
    cache.set(key, file);
    return file;
  }

  return {
    read,
    /** The start-up bundle of an entry point: its script, and the style beside it when there is one. */
    async readEntry(packageHash: string, { entryPoints }: Manifest, point: EntryPoint): Promise<Entry | undefined> {
      const path = entryPoints[point];
      const script = path === undefined ? undefined : await read(packageHash, path);
      if (!path || !script) return undefined;
      const style = await read(packageHash, path.replace(/\.js$/, ".css"));
      return { script: script.bytes.toString("utf8"), style: style?.bytes.toString("utf8") ?? "" };
    },
    clear: () => cache.clear(),
  };
}

export type PackageFiles = ReturnType<typeof createPackageFiles>;
