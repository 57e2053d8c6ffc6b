import type { EntryPoint, Manifest } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import type { Database } from "../db/database.ts";
import type { Entry } from "../delivery/frame-document.ts";

export interface PackageFile {
  readonly bytes: Buffer;
  readonly type: string;
}

const MAX_MISSING = 2_000;

/**
 * Files of published packages by package hash, in a memory cache of bounded size. A very large portal asks for the same few files
 * thousands of times at once: callers of a file that is being read share that read, and missing files are cached as missing.
 */
export function createPackageFiles(database: Database, maxBytes = 16 * 1024 * 1024) {
  const cache = new LRUCache<string, PackageFile>({ maxSize: maxBytes, sizeCalculation: ({ bytes }) => bytes.length + 200 });
  const missing = new LRUCache<string, true>({ max: MAX_MISSING });
  const reading = new Map<string, Promise<PackageFile | undefined>>();
  let epoch = 0;

  async function load(packageHash: string, path: string, key: string): Promise<PackageFile | undefined> {
    const started = epoch;
    const [row] = await database.withPlatform(
      "package file",
      (tx) => tx`
      select c.bytes, f.content_type from module_versions v
        join module_version_files f on f.version_id = v.id
        join file_contents c on c.content_hash = f.content_hash
      where v.package_hash = ${packageHash} and v.status = 'published' and v.killed_at is null and f.path = ${path} limit 1`,
    );
    const file = row && { bytes: row.bytes as Buffer, type: row.content_type as string };
    if (started === epoch && file) cache.set(key, file);
    if (started === epoch && !file) missing.set(key, true);
    return file;
  }

  async function read(packageHash: string, path: string): Promise<PackageFile | undefined> {
    const key = `${packageHash}/${path}`;
    const known = cache.get(key);
    if (known || (missing.has(key) && database.isListening())) return known;
    const running = reading.get(key);
    if (running) return running;
    const begun = load(packageHash, path, key).finally(() => reading.get(key) === begun && reading.delete(key));
    reading.set(key, begun);
    return begun;
  }

  return {
    read,
    /** The start-up bundle of an entry point: its script, and its style sheet when there is one. */
    async readEntry(packageHash: string, { entryPoints }: Manifest, point: EntryPoint): Promise<Entry | undefined> {
      const path = entryPoints[point];
      const script = path === undefined ? undefined : await read(packageHash, path);
      if (!path || !script) return undefined;
      const style = await read(packageHash, path.replace(/\.js$/, ".css"));
      return { script: script.bytes.toString("utf8"), style: style?.bytes.toString("utf8") ?? "" };
    },
    clear(): void {
      epoch++;
      cache.clear();
      missing.clear();
      reading.clear();
    },
  };
}

export type PackageFiles = ReturnType<typeof createPackageFiles>;
