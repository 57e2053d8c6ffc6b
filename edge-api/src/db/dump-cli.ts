import { readFileSync, writeFileSync } from "node:fs";
import { dumpDatabase, restoreDatabase } from "./dump.ts";

/**
 * `dump-cli.ts dump FILE` writes the database of DATABASE_URL into a file;
 * `dump-cli.ts restore FILE` restores a dump into that database, which must be empty, and migrates it to this release.
 */
async function main([verb, file]: readonly string[], url: string | undefined): Promise<string> {
  if (!url) throw new Error("Set DATABASE_URL to the database, as the owner of its tables.");
  if (!file || (verb !== "dump" && verb !== "restore")) throw new Error("Usage: dump-cli.ts dump FILE, or dump-cli.ts restore FILE.");
  if (verb === "restore") return `Restored ${file}; the schema is at ${await restoreDatabase(url, readFileSync(file))}.`;
  const dump = await dumpDatabase(url);
  writeFileSync(file, dump, { mode: 0o600 });
  return `Wrote ${dump.length} bytes to ${file}.`;
}

try {
  process.stdout.write(`${await main(process.argv.slice(2), process.env["DATABASE_URL"])}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
