import { existsSync, renameSync, rmSync, statfsSync } from "node:fs";
import { EmbeddedPostgresError } from "./errors.ts";
import type { DataFolder } from "./data-folder.ts";
import { failureOf } from "./failure-message.ts";
import type { Launcher } from "./launcher.ts";
import type { PlatformBinaries } from "./platform-binaries.ts";

const NEEDED_BYTES = 80_000_000;

/**
 * Makes the cluster when there is none: UTF-8, collation C.UTF-8 from PostgreSQL itself, so it sorts alike on every machine.
 * It is made aside and renamed when whole, so a start that dies halfway leaves nothing that looks like a database.
 */
export function initialiseCluster(folder: DataFolder, binaries: PlatformBinaries, launcher: Launcher, durable: boolean): void {
  if (existsSync(folder.cluster)) return;
  rmSync(folder.unfinished, { recursive: true, force: true });
  const disk = statfsSync(folder.root);
  if (disk.bavail * disk.bsize < NEEDED_BYTES) {
    throw new EmbeddedPostgresError(
      "embedded_disk_full",
      `The disk that holds ${folder.root} is full: a new database needs 100 MB; free some space and start again.`,
    );
  }
  const done = launcher.run(binaries.initdb, [
    "-D",
    folder.unfinished,
    "--username=postgres",
    `--pwfile=${folder.password}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--locale=C",
    "--no-instructions",
    ...(durable ? [] : ["--no-sync"]),
  ]);
  if (done.status !== 0) {
    rmSync(folder.unfinished, { recursive: true, force: true });
    throw failureOf("Making a database", folder.root, done.output);
  }
  renameSync(folder.unfinished, folder.cluster);
}
