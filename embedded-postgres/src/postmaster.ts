import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, isAlive, workingFolder } from "./process-info.ts";

/** The content of postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `ready` when the server accepts connections. */
  readonly status: string;
}

const pidFile = (cluster: string): string => join(cluster, "postmaster.pid");

/** Reads postmaster.pid; `undefined` when it is missing or incomplete. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  if (!existsSync(pidFile(cluster))) return undefined;
  const lines = readFileSync(pidFile(cluster), "utf8").split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? "").trim() };
}

/** Whether a process is the PostgreSQL server of this folder, not another process with a reused pid. */
export function isOurPostmaster(cluster: string, pid: number): boolean {
  if (!isAlive(pid) || !/postgres|postmaster/.test(commandLine(pid) ?? "")) return false;
  const folder = workingFolder(pid);
  return folder === undefined || folder === realpathSync(cluster);
}

/** Removes the pid file of a server that has ended. PostgreSQL refuses to start while the pid belongs to any process. */
export const removePidFile = (cluster: string): void => rmSync(pidFile(cluster), { force: true });

/**
 * Stops a server with a fast shutdown, or with an immediate one when that takes too long: the next start then recovers the data.
 */
export async function stopPostmaster(pid: number, timeoutMs = 30_000): Promise<void> {
  for (const [signal, timeout] of [
    ["SIGINT", timeoutMs],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const end = Date.now() + timeout;
    while (Date.now() < end) {
      if (!isAlive(pid)) return;
      await sleep(10);
    }
  }
}
