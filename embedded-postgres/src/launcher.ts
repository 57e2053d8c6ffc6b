import { spawn, spawnSync, type ChildProcess, type StdioOptions } from "node:child_process";
import type { PlatformBinaries } from "./platform-binaries.ts";
import type { SystemUser } from "./postgres-user.ts";

/** Runs PostgreSQL's programs as a user that they accept. */
export interface Launcher {
  /** Runs a program and waits for its end. */
  run(program: string, args: readonly string[]): { status: number | null; output: string };
  /** Starts a program in a session of its own, which the terminal's Ctrl-C does not reach. */
  start(program: string, args: readonly string[], stdio: StdioOptions): ChildProcess;
}

/** Each of them is sufficient. Containers commonly drop the first and keep the second. */
const CAPABILITIES = ["dac_read_search", "dac_override"] as const;

/**
 * Finds a way to run PostgreSQL that can reach both its programs and its data.
 *
 * When Node is root, PostgreSQL runs as `postgres`, a user that cannot enter a folder such as root's 0700 `mktemp -d`.
 * In that case it gets the one capability that lets it enter (with `no_setuid_fixup`, because
 * PostgreSQL checks paths with access(2), which otherwise ignores capabilities).
 * @returns `undefined` when there is no way to reach the folders: then they must be moved
 */
export function findLauncher(binaries: PlatformBinaries, dataFolder: string, user: SystemUser | undefined): Launcher | undefined {
  if (!user) return prefixLauncher([], {});
  return [prefixLauncher([], user), ...CAPABILITIES.map((capability) => capableLauncher(user, capability))].find((launcher) =>
    canReach(launcher, binaries, dataFolder),
  );
}

function canReach(launcher: Launcher, binaries: PlatformBinaries, dataFolder: string): boolean {
  const look = 'cd "$1" && "$2" --version && test -x "$3"';
  return launcher.run("/bin/sh", ["-c", look, "sh", dataFolder, binaries.postgres, binaries.initdb]).status === 0;
}

function capableLauncher(user: SystemUser, capability: string): Launcher {
  const prefix = [
    "setpriv",
    `--reuid=${user.uid}`,
    `--regid=${user.gid}`,
    "--clear-groups",
    "--securebits=+no_setuid_fixup",
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
  ];
  return prefixLauncher(prefix, {});
}

function prefixLauncher(prefix: readonly string[], identity: Partial<SystemUser>): Launcher {
  const options = { ...identity, cwd: "/", env: environment() };
  return {
    run(program, args) {
      const [command = program, ...rest] = [...prefix, program, ...args];
      const done = spawnSync(command, rest, { ...options, encoding: "utf8" });
      return { status: done.status, output: `${done.stdout ?? ""}${done.stderr ?? ""}${done.error?.message ?? ""}` };
    },
    start(program, args, stdio) {
      const [command = program, ...rest] = [...prefix, program, ...args];
      return spawn(command, rest, { ...options, stdio, detached: true });
    },
  };
}

/** Only the variables that the server needs: PG* variables of the shell would change its behaviour. */
function environment(): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
}
