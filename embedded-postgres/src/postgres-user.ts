import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { EmbeddedPostgresError } from "./errors.ts";

/** A user of the machine, by numbers. */
export interface SystemUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The `postgres` user that the server runs as when Node is root, because PostgreSQL refuses to run as root. Created when it is missing.
 * @returns `undefined` when Node is not root: then the server runs as the same user
 */
export function serverUser(): SystemUser | undefined {
  return process.getuid?.() === 0 ? findOrMakeUser() : undefined;
}

function findOrMakeUser(): SystemUser {
  const found = lookUp();
  if (found) return found;
  try {
    execFileSync("useradd", ["--system", "--user-group", "--no-create-home", "--shell", "/usr/sbin/nologin", "postgres"], { stdio: "pipe" });
  } catch (error) {
    const made = lookUp() ?? tryAdduser();
    if (made) return made;
    throw new EmbeddedPostgresError(
      "embedded_failed",
      "PostgreSQL refuses to run as root and no user named postgres could be created: create one, run as another user, or set DATABASE_URL.",
      { cause: error },
    );
  }
  const made = lookUp();
  if (!made) throw new EmbeddedPostgresError("embedded_failed", "useradd created no user named postgres: create one, or set DATABASE_URL.");
  return made;
}

/** Alpine and other small systems have adduser instead. */
function tryAdduser(): SystemUser | undefined {
  try {
    execFileSync("adduser", ["-S", "-D", "-H", "postgres"], { stdio: "pipe" });
  } catch {
    return undefined;
  }
  return lookUp();
}

function lookUp(): SystemUser | undefined {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("postgres:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}
