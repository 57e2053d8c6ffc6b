import { existsSync, renameSync, rmSync, statfsSync } from "node:fs";
import { EmbeddedPostgresError } from "./errors.ts";
import type { DataFolder } from "./data-folder.ts";
import { failureOf } from "./failure-message.ts";
import type { Launcher } from "./launcher.ts";
import type { PlatformBinaries } from "./platform-binaries.ts";

const NEEDED_BYTES = 80_000_000;

/**
 * Makes the cluster when there is none: UTF-8, with PostgreSQL's own collation C.UTF-8, so that it sorts the same on every machine.
 * It is made in another folder and renamed when it is complete, so an interrupted start leaves no incomplete cluster.
 * @param durable whether to flush the new files to disk
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
