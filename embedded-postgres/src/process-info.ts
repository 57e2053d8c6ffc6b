import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";

const onLinux = process.platform === "linux";

/** Whether a process runs. A zombie process counts as dead. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return !onLinux || statFields(pid)?.[0] !== "Z";
}

/**
 * The start time of a process, as an opaque text: a later process with the same pid has another one.
 * `undefined` when there is no such process.
 */
export function startedAt(pid: number): string | undefined {
  if (!onLinux) return ps(pid, "lstart");
  const ticks = statFields(pid)?.[19];
  return ticks === undefined ? undefined : `${bootId()}:${ticks}`;
}

/** The working folder of a process; `undefined` where the system does not tell it. */
export function workingFolder(pid: number): string | undefined {
  try {
    return onLinux ? readlinkSync(`/proc/${pid}/cwd`) : undefined;
  } catch {
    return undefined;
  }
}

/** The command line of a process, to recognise a PostgreSQL server by. */
export function commandLine(pid: number): string | undefined {
  if (!onLinux) return ps(pid, "command");
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return undefined;
  }
}

/** The fields of /proc/<pid>/stat after the name. The name may contain spaces and brackets. */
function statFields(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

const bootId = (): string => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();

function ps(pid: number, field: string): string | undefined {
  try {
    return execFileSync("ps", ["-o", `${field}=`, "-p", String(pid)], { encoding: "utf8" }).trim() || undefined;
  } catch {
    return undefined;
  }
}
