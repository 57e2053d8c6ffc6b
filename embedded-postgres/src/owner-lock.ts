import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { randomBytes } from "node:crypto";
import { EmbeddedPostgresError } from "./errors.ts";
import { isAlive, startedAt } from "./process-info.ts";

interface Owner {
  readonly pid: number;
  readonly started: string | undefined;
}

/**
 * Locks a folder for this process, so that no second Node process starts on it.
 * A lock is taken over when its owner is dead, or when its pid now belongs to another process.
 * @returns releases the lock; a second call does nothing
 * @throws EmbeddedPostgresError `embedded_in_use`, naming the pid of the owner.
 */
export function takeOwnerLock(file: string, folder: string): () => void {
  const mine = JSON.stringify({ pid: process.pid, started: startedAt(process.pid) } satisfies Owner);
  for (let attempt = 0; attempt < 20; attempt++) {
    if (createLock(file, mine)) {
      let released = false;
      return function releaseOwnerLock() {
        if (released) return;
        released = true;
        if (read(file) === mine) rmSync(file, { force: true });
      };
    }
    const found = read(file);
    if (found === undefined) continue;
    const owner = parse(found);
    if (owner !== undefined && isOwnerAlive(owner)) {
      throw new EmbeddedPostgresError(
        "embedded_in_use",
        `The database in ${folder} is already in use by process ${owner.pid}: stop that process, or choose another folder.`,
      );
    }
    removeStale(file, found);
  }
  throw new EmbeddedPostgresError("embedded_failed", `Several processes try to take ${file} at the same time: start one of them again in a moment.`);
}

/** Creates the lock together with its content: written to another file first, then linked. */
function createLock(file: string, content: string): boolean {
  const aside = sideName(file);
  try {
    writeFileSync(aside, content, { mode: 0o644 });
    linkSync(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** Moves a stale lock away. If another process has replaced it in the meantime, that process's lock is restored. */
function removeStale(file: string, stale: string): void {
  const aside = sideName(file);
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = read(aside);
  if (moved !== undefined && moved !== stale) createLock(file, moved);
  rmSync(aside, { force: true });
}

function isOwnerAlive(owner: Owner): boolean {
  return isAlive(owner.pid) && startedAt(owner.pid) === owner.started;
}

function parse(text: string): Owner | undefined {
  try {
    const value = JSON.parse(text) as Partial<Owner>;
    return typeof value.pid === "number" ? { pid: value.pid, started: value.started } : undefined;
  } catch {
    return undefined;
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

const sideName = (file: string): string => `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
