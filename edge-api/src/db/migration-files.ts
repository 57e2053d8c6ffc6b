import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** One numbered migration of the schema. */
export interface Migration {
  readonly version: number;
  /** The file's name, `0002-modules.sql`. */
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file as hex. Line ends are normalised first, because git may change them. */
  readonly checksum: string;
}

/** The product's own migrations. */
export const SQL_FOLDER = fileURLToPath(new URL("../../sql", import.meta.url));

/** Reads `NNNN-name.sql` in order. @throws Error when a number is missing or used twice */
export function readMigrations(folder: string = SQL_FOLDER): Migration[] {
  const names = readdirSync(folder)
    .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
    .sort();
  return names.map((name, index) => {
    const version = Number(name.slice(0, 4));
    if (version !== index + 1) throw new Error(`Migrations are numbered without gaps: ${name} should begin with ${String(index + 1).padStart(4, "0")}.`);
    const sql = readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n");
    return { version, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}
