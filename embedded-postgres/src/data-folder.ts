import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { EmbeddedPostgresError } from "./errors.ts";
import type { SystemUser } from "./postgres-user.ts";

/** The files of one embedded PostgreSQL. */
export interface DataFolder {
  readonly root: string;
  /** PostgreSQL's own folder. */
  readonly cluster: string;
  /** A cluster that is being made: it is renamed to `cluster` when it is complete. */
  readonly unfinished: string;
  readonly password: string;
  readonly port: string;
  readonly lock: string;
  readonly log: string;
}

/** The files of a data folder. Creates the folder when it is missing. */
export function openDataFolder(dataDir: string): DataFolder {
  const root = resolve(dataDir);
  mkdirSync(root, { recursive: true });
  return {
    root,
    cluster: join(root, "cluster"),
    unfinished: join(root, "cluster.unfinished"),
    password: join(root, "password"),
    port: join(root, "port"),
    lock: join(root, "owner.lock"),
    log: join(root, "postgres.log"),
  };
}

/** Makes the server's user the owner of the folder. */
export function handOver(folder: DataFolder, user: SystemUser | undefined): void {
  if (user) chownSync(folder.root, user.uid, user.gid);
}

/** @throws EmbeddedPostgresError `embedded_other_version` when another major version made the folder. */
export function checkMajorVersion(folder: DataFolder, major: number): void {
  const file = join(folder.cluster, "PG_VERSION");
  if (!existsSync(file)) return;
  const found = readFileSync(file, "utf8").trim();
  if (found === String(major)) return;
  throw new EmbeddedPostgresError(
    "embedded_other_version",
    `The database in ${folder.root} was made by PostgreSQL ${found}, and this release brings PostgreSQL ${major}: ` +
      `start the release that made it, save its data with pg_dump, move the folder away, start this release once and load the data with pg_restore. ` +
      "To start with an empty database instead, move the folder away.",
  );
}

/** The server's password: random, made once, readable only by its owner. */
export function readOrMakePassword(folder: DataFolder, user: SystemUser | undefined): string {
  if (!existsSync(folder.password)) {
    const aside = `${folder.password}.${process.pid}`;
    writeFileSync(aside, randomBytes(24).toString("base64url"), { mode: 0o600 });
    renameSync(aside, folder.password);
  }
  chmodSync(folder.password, 0o600);
  if (user) chownSync(folder.password, user.uid, user.gid);
  return readFileSync(folder.password, "utf8").trim();
}

/** The port of the last start; `undefined` before the first start. */
export function rememberedPort(folder: DataFolder): number | undefined {
  if (!existsSync(folder.port)) return undefined;
  const port = Number(readFileSync(folder.port, "utf8"));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
}

export const rememberPort = (folder: DataFolder, port: number): void => writeFileSync(folder.port, String(port));
