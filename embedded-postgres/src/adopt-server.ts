import { setTimeout as sleep } from "node:timers/promises";
import type { DataFolder } from "./data-folder.ts";
import { isOurPostmaster, readPostmaster, removePidFile, stopPostmaster } from "./postmaster.ts";
import { logIn } from "./server-login.ts";

/**
 * Finds the server that a killed Node process left behind. A server that accepts our password is adopted, another server is stopped,
 * and the pid file of a dead server is removed.
 */
export async function adoptServer(folder: DataFolder, password: string, timeoutMs = 10_000): Promise<{ pid: number; port: number } | undefined> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = readPostmaster(folder.cluster);
    if (!found) return undefined;
    if (!isOurPostmaster(folder.cluster, found.pid)) {
      removePidFile(folder.cluster);
      return undefined;
    }
    const answer = found.status === "ready" ? await logIn(found.port, password) : "busy";
    if (answer === "ready") return { pid: found.pid, port: found.port };
    if (answer === "stranger" || Date.now() > end) {
      await stopPostmaster(found.pid, 5_000);
      removePidFile(folder.cluster);
      return undefined;
    }
    await sleep(50);
  }
}
