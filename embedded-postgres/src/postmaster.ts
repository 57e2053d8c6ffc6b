import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, isAlive, workingFolder } from "./process-info.ts";

/** What postmaster.pid says. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `ready` once it takes connections. */
  readonly status: string;
}

const pidFile = (cluster: string): string => join(cluster, "postmaster.pid");

/** Reads postmaster.pid; `undefined` when there is none or it is half written. */
export function readPostmaster(cluster: string): Postmaster | undefined {
  if (!existsSync(pidFile(cluster))) return undefined;
  const lines = readFileSync(pidFile(cluster), "utf8").split("\n");
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3] ?? 0), status: (lines[7] ?? "").trim() };
}

/** Whether that process is a postgres that works in this folder, not a stranger with a recycled pid. */
export function isOurPostmaster(cluster: string, pid: number): boolean {
  if (!isAlive(pid) || !/postgres|postmaster/.test(commandLine(pid) ?? "")) return false;
  const folder = workingFolder(pid);
  return folder === undefined || folder === realpathSync(cluster);
}

/** Removes a pid file whose server is gone; PostgreSQL would otherwise fear a stranger's process. */
export const removePidFile = (cluster: string): void => rmSync(pidFile(cluster), { force: true });

/**
 * Stops a server: a fast shutdown, and an immediate one when it has not ended in time (recovered at the next start).
 */
export async function stopPostmaster(pid: number, patienceMs = 30_000): Promise<void> {
  for (const [signal, patience] of [
    ["SIGINT", patienceMs],
    ["SIGQUIT", 5_000],
    ["SIGKILL", 5_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const end = Date.now() + patience;
    while (Date.now() < end) {
      if (!isAlive(pid)) return;
      await sleep(10);
    }
  }
}
