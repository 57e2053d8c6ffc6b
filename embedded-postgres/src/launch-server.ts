import { closeSync, existsSync, openSync, statSync, truncateSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { DataFolder } from "./data-folder.ts";
import { failureOf, logSince } from "./failure-message.ts";
import type { Launcher } from "./launcher.ts";
import type { PlatformBinaries } from "./platform-binaries.ts";
import { readPostmaster, stopPostmaster } from "./postmaster.ts";

const DEFAULTS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  shared_buffers: "64MB",
  max_connections: "50",
  timezone: "UTC",
  log_timezone: "UTC",
  log_min_messages: "warning",
};

const MAX_LOG_BYTES = 5_000_000;
const START_TIMEOUT_MS = 60_000;

export interface ServerStart {
  readonly folder: DataFolder;
  readonly binaries: PlatformBinaries;
  readonly launcher: Launcher;
  readonly port: number;
  /** PostgreSQL settings that override the defaults. */
  readonly settings: Readonly<Record<string, string>>;
}

/** Starts the server and waits until it accepts connections. It keeps running after this process ends. @returns its pid */
export async function launchServer({ folder, binaries, launcher, port, settings }: ServerStart): Promise<number> {
  const logStart = openLogAt(folder.log);
  const args = Object.entries({ ...DEFAULTS, ...settings, port: String(port) }).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = openSync(folder.log, "a");
  const child = launcher.start(binaries.postgres, ["-D", folder.cluster, ...args], ["ignore", log, log]);
  closeSync(log);
  let failed: string | undefined;
  child.once("error", (error) => (failed = error.message));
  child.once("exit", (code, signal) => (failed = `It ended with ${signal ?? code}.`));
  child.unref();
  const end = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < end && failed === undefined) {
    const found = readPostmaster(folder.cluster);
    if (found?.pid === child.pid && found?.status === "ready") return found.pid;
    await sleep(10);
  }
  if (failed === undefined && child.pid !== undefined) await stopPostmaster(child.pid, 2_000);
  throw failureOf("Starting the database", folder.root, `${logSince(folder.log, logStart)}\n${failed ?? "It was not ready in time."}`);
}

/** Empties a log that has grown large. @returns its size */
function openLogAt(file: string): number {
  if (!existsSync(file)) return 0;
  const { size } = statSync(file);
  if (size < MAX_LOG_BYTES) return size;
  truncateSync(file, 0);
  return 0;
}
