import { adoptServer } from "./adopt-server.ts";
import { choosePort } from "./choose-port.ts";
import { checkMajorVersion, handOver, openDataFolder, readOrMakePassword, rememberedPort, rememberPort, type DataFolder } from "./data-folder.ts";
import { EmbeddedPostgresError } from "./errors.ts";
import { asStartFailure } from "./failure-message.ts";
import { initialiseCluster } from "./initialise-cluster.ts";
import { launchServer } from "./launch-server.ts";
import { findLauncher, type Launcher } from "./launcher.ts";
import { makeLibraryLinks } from "./library-links.ts";
import { takeOwnerLock } from "./owner-lock.ts";
import { findPlatformBinaries, type PlatformBinaries } from "./platform-binaries.ts";
import { serverUser } from "./postgres-user.ts";
import { removePidFile, stopPostmaster } from "./postmaster.ts";
import { moveToReachableFolder } from "./reachable-folder.ts";
import { logIn, serverUrl } from "./server-login.ts";

export interface EmbeddedPostgresOptions {
  /** Holds the cluster, its password, its port and the owner's lock. Created when it is missing. */
  readonly dataDir: string;
  /** An error when it is taken. Default: the port of the last start when it is free, or else any free port. */
  readonly port?: number;
  /** PostgreSQL settings that override our own, for example `{ fsync: "off" }` in tests. An adopted server keeps its settings. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly log?: (line: string) => void;
}

export interface EmbeddedPostgres {
  /** With the login of a superuser, for `connectDatabase` and `migrate` only. */
  readonly url: string;
  readonly pid: number;
  /** Shuts the server down, waits for its end and releases the folder. A second call does nothing more. */
  stop(): Promise<void>;
}

/**
 * Starts PostgreSQL on a folder of its own, on loopback, with a random password.
 *
 * It runs in its own session, so Ctrl-C reaches Node only. When Node is killed the server keeps running, and the next start adopts it.
 * Only one Node process at a time may own a folder.
 * @throws EmbeddedPostgresError `embedded_in_use`, `embedded_other_version`, `embedded_disk_full`, `embedded_port_taken`,
 * `embedded_not_here` or `embedded_failed`.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  try {
    return await takeAndStart(options);
  } catch (error) {
    throw asStartFailure(options.dataDir, error);
  }
}

async function takeAndStart(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => undefined);
  const installed = findPlatformBinaries();
  makeLibraryLinks(installed.home);
  const requested = openDataFolder(options.dataDir);
  const release = takeOwnerLock(requested.lock, requested.root);
  try {
    const setup = findReachableSetup(requested, installed, log);
    const { folder, binaries, password } = setup;
    const server = (await adoptServer(folder, password)) ?? (await startServer(setup, options));
    rememberPort(folder, server.port);
    log(`PostgreSQL ${binaries.major} on 127.0.0.1:${server.port}, process ${server.pid}, data in ${folder.root}`);
    return { url: serverUrl(server.port, password), pid: server.pid, stop: once(stop) };

    async function stop(): Promise<void> {
      await stopPostmaster(server.pid);
      removePidFile(folder.cluster);
      release();
      log("PostgreSQL stopped");
    }
  } catch (error) {
    release();
    throw error;
  }
}

/** Everything that a start needs, in folders that the server's user can reach. */
interface ServerSetup {
  readonly folder: DataFolder;
  readonly binaries: PlatformBinaries;
  readonly launcher: Launcher;
  readonly password: string;
}

function findReachableSetup(folder: DataFolder, binaries: PlatformBinaries, log: (line: string) => void): ServerSetup {
  const here = prepareSetup(folder, binaries);
  if (here) return here;
  const moved = moveToReachableFolder(folder, binaries);
  log(`The user postgres cannot reach ${folder.root}: the database is in ${moved.folder.root}`);
  const there = prepareSetup(moved.folder, moved.binaries);
  if (there) return there;
  throw new EmbeddedPostgresError(
    "embedded_failed",
    "The user postgres cannot run PostgreSQL from any folder: run as another user than root, or set DATABASE_URL.",
  );
}

function prepareSetup(folder: DataFolder, binaries: PlatformBinaries): ServerSetup | undefined {
  checkMajorVersion(folder, binaries.major);
  const user = serverUser();
  handOver(folder, user);
  const launcher = findLauncher(binaries, folder.root, user);
  return launcher && { folder, binaries, launcher, password: readOrMakePassword(folder, user) };
}

async function startServer(setup: ServerSetup, options: EmbeddedPostgresOptions): Promise<{ pid: number; port: number }> {
  const { folder, binaries, launcher, password } = setup;
  const settings = options.settings ?? {};
  initialiseCluster(folder, binaries, launcher, settings["fsync"] !== "off");
  for (let attempt = 0; ; attempt++) {
    const port = await choosePort(options.port, rememberedPort(folder));
    try {
      const pid = await launchServer({ folder, binaries, launcher, port, settings });
      if ((await logIn(port, password)) === "ready") return { pid, port };
      await stopPostmaster(pid, 5_000);
      throw new EmbeddedPostgresError(
        "embedded_failed",
        `The database in ${folder.root} does not accept its stored password: write the right password to ${folder.password}.`,
      );
    } catch (error) {
      const takenMeanwhile = error instanceof EmbeddedPostgresError && error.code === "embedded_port_taken" && options.port === undefined;
      if (!takenMeanwhile || attempt === 4) throw error;
    }
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= work());
}
