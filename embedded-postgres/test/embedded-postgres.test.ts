import assert from "node:assert/strict";
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startEmbeddedPostgres } from "../src/start-embedded-postgres.ts";
import { findPlatformBinaries } from "../src/platform-binaries.ts";
import { isAlive } from "../src/process-info.ts";
import { moveToReachableFolder } from "../src/reachable-folder.ts";
import { openDataFolder } from "../src/data-folder.ts";
import { EmbeddedPostgresError } from "../src/errors.ts";
import { onServer } from "../../edge-api/test/helpers/database.ts";

const OWNER = fileURLToPath(new URL("./helpers/embedded-owner.ts", import.meta.url));

describe("embedded PostgreSQL", () => {
  let parent: string;
  let dataDir: string;
  const settings = { fsync: "off" };

  beforeEach(() => {
    parent = mkdtempSync(join(tmpdir(), "dramac-embedded-"));
    dataDir = join(parent, "data");
  });
  afterEach(() => rmSync(parent, { recursive: true, force: true }));

  const hasCode = (code: string) => (error: unknown) => error instanceof EmbeddedPostgresError && error.code === code;

  /** Another Node process that owns the folder, in a process group of its own. */
  async function startOwner(): Promise<{ child: ChildProcess; pid: number; url: string }> {
    const child = spawn(process.execPath, ["--import", "tsx", OWNER, dataDir], { stdio: ["ignore", "pipe", "inherit"], detached: true });
    const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
    const { pid, url } = JSON.parse(line.toString()) as { pid: number; url: string };
    return { child, pid, url };
  }

  /** Writes until the disk is full. */
  function fill(file: string): void {
    writeFileSync(file, "");
    try {
      for (;;) appendFileSync(file, Buffer.alloc(4_096));
    } catch {
      // The disk is full, as intended.
    }
  }

  async function killOwner(child: ChildProcess): Promise<void> {
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  it("starts in a 0700 folder within three seconds, accepts only its password, and stops without leaving files", async () => {
    chmodSync(parent, 0o700);
    const began = Date.now();
    const server = await startEmbeddedPostgres({ dataDir, settings });
    assert.ok(Date.now() - began < 3_000, `${Date.now() - began} ms`);
    const [row] = await onServer(
      server.url,
      (sql) => sql`select current_setting('server_encoding') as encoding, current_setting('listen_addresses') as listen`,
    );
    assert.deepEqual({ ...row }, { encoding: "UTF8", listen: "127.0.0.1" });
    assert.equal(statSync(join(dataDir, "password")).mode & 0o777, 0o600);
    const stranger = new URL(server.url);
    stranger.password = "guess";
    await assert.rejects(
      onServer(stranger.href, (sql) => sql`select 1`),
      { code: "28P01" },
    );
    await server.stop();
    await server.stop();
    assert.equal(isAlive(server.pid), false);
    assert.equal(existsSync(join(dataDir, "owner.lock")), false);
    assert.equal(existsSync(join(dataDir, "cluster/postmaster.pid")), false);
  });

  it("keeps data, password and port over a restart, and uses another port when that one is taken", async () => {
    const first = await startEmbeddedPostgres({ dataDir, settings });
    await onServer(first.url, (sql) => sql`create table stored (id int)`);
    await first.stop();
    const second = await startEmbeddedPostgres({ dataDir, settings });
    assert.equal(second.url, first.url);
    await onServer(second.url, (sql) => sql`select * from stored`);
    await second.stop();
    const squatter = createServer().listen(Number(new URL(first.url).port), "127.0.0.1");
    await once(squatter, "listening");
    try {
      await assert.rejects(startEmbeddedPostgres({ dataDir, settings, port: Number(new URL(first.url).port) }), hasCode("embedded_port_taken"));
      const third = await startEmbeddedPostgres({ dataDir, settings });
      assert.notEqual(third.url, first.url);
      await third.stop();
    } finally {
      squatter.close();
    }
  });

  it("adopts the server that a killed Node process left behind", async () => {
    const { child, pid, url } = await startOwner();
    await onServer(url, (sql) => sql`create table stored (id int)`);
    await killOwner(child);
    assert.equal(isAlive(pid), true);
    const server = await startEmbeddedPostgres({ dataDir, settings });
    assert.equal(server.pid, pid);
    await onServer(server.url, (sql) => sql`select * from stored`);
    await server.stop();
    assert.equal(isAlive(pid), false);
  });

  it("stops a left-behind server that does not accept our password, and reports it", async () => {
    const { child, pid } = await startOwner();
    await killOwner(child);
    const password = readFileSync(join(dataDir, "password"), "utf8");
    writeFileSync(join(dataDir, "password"), "another");
    await assert.rejects(startEmbeddedPostgres({ dataDir, settings }), hasCode("embedded_failed"));
    assert.equal(isAlive(pid), false);
    writeFileSync(join(dataDir, "password"), password);
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
  });

  it("does not get the terminal's Ctrl-C", async () => {
    const { child, pid } = await startOwner();
    process.kill(-(child.pid ?? 0), "SIGINT");
    await once(child, "exit");
    assert.equal(isAlive(pid), true);
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
  });

  it("refuses a second start while the owner lives, with the owner's pid, and accepts one afterwards", async () => {
    const { child } = await startOwner();
    try {
      await assert.rejects(startEmbeddedPostgres({ dataDir, settings }), (error) => {
        assert.ok(error instanceof EmbeddedPostgresError && error.code === "embedded_in_use");
        assert.match(error.message, new RegExp(`process ${child.pid}\\b`));
        return true;
      });
    } finally {
      await killOwner(child);
    }
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
  });

  it("lets one of several concurrent starts succeed", async () => {
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => startEmbeddedPostgres({ dataDir, settings })));
    const won = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    await Promise.all(won.map((server) => server.stop()));
    assert.equal(won.length, 1);
  });

  it("takes over a lock whose pid now belongs to a later process", async () => {
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
    writeFileSync(join(dataDir, "owner.lock"), JSON.stringify({ pid: process.ppid, started: "long ago" }));
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
  });

  it("recovers from a killed server and its stale pid file, even when another process has the pid", async () => {
    const { child, pid } = await startOwner();
    await killOwner(child);
    process.kill(pid, "SIGKILL");
    while (isAlive(pid)) await sleep(10);
    const file = join(dataDir, "cluster/postmaster.pid");
    const [, ...rest] = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, [process.ppid, ...rest].join("\n"));
    const server = await startEmbeddedPostgres({ dataDir, settings });
    await onServer(server.url, (sql) => sql`select 1`);
    await server.stop();
    assert.equal(isAlive(process.ppid), true);
  });

  it("refuses a folder of another major version, says what to do, and leaves the folder unchanged", async () => {
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
    const file = join(dataDir, "cluster/PG_VERSION");
    const version = readFileSync(file, "utf8");
    writeFileSync(file, "17\n");
    await assert.rejects(startEmbeddedPostgres({ dataDir, settings }), (error) => {
      assert.ok(error instanceof EmbeddedPostgresError && error.code === "embedded_other_version");
      assert.match(error.message, /PostgreSQL 17.*PostgreSQL 18.*pg_dump.*pg_restore/);
      return true;
    });
    writeFileSync(file, version);
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
  });

  it("starts again after a start that died while it made the cluster", async () => {
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
    const { cluster, unfinished } = openDataFolder(dataDir);
    rmSync(join(cluster, "PG_VERSION"));
    rmSync(unfinished, { recursive: true, force: true });
    rmSync(cluster, { recursive: true });
    writeFileSync(unfinished, "half");
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
  });

  it("reports PostgreSQL's message for a wrong setting", async () => {
    await assert.rejects(startEmbeddedPostgres({ dataDir, settings: { ...settings, shared_buffers: "lots" } }), (error) => {
      assert.ok(error instanceof EmbeddedPostgresError && error.code === "embedded_failed");
      assert.match(error.message, /shared_buffers/);
      return true;
    });
    await (await startEmbeddedPostgres({ dataDir, settings })).stop();
  });

  it("reports a full disk, and starts when there is space again", async (test) => {
    const disk = join(parent, "disk");
    mkdirSync(disk);
    if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=120m", "tmpfs", disk]).status !== 0) {
      rmSync(parent, { recursive: true, force: true });
      return test.skip("no permission to mount a small disk");
    }
    const inDisk = { dataDir: join(disk, "data"), settings };
    const ballast = join(disk, "ballast");
    try {
      writeFileSync(ballast, Buffer.alloc(60_000_000));
      await assert.rejects(startEmbeddedPostgres(inDisk), hasCode("embedded_disk_full"));
      rmSync(ballast);
      await (await startEmbeddedPostgres(inDisk)).stop();
      fill(ballast);
      await assert.rejects(startEmbeddedPostgres(inDisk), hasCode("embedded_disk_full"));
      rmSync(ballast);
      await (await startEmbeddedPostgres(inDisk)).stop();
    } finally {
      spawnSync("umount", ["-l", disk]);
    }
    return undefined;
  });

  it("can be moved with its programs to a folder that the server's user can reach, for a root user without capabilities", async () => {
    const base = join(parent, "elsewhere");
    const moved = moveToReachableFolder(openDataFolder(dataDir), findPlatformBinaries(), base);
    assert.ok(existsSync(moved.binaries.postgres) && existsSync(moved.binaries.initdb));
    assert.match(readFileSync(join(dataDir, "MOVED"), "utf8"), new RegExp(moved.folder.root));
    assert.equal(moveToReachableFolder(openDataFolder(dataDir), findPlatformBinaries(), base).folder.root, moved.folder.root);
  });

  it("names DATABASE_URL on a platform without programs", () => {
    assert.throws(() => findPlatformBinaries("sunos-sparc"), /DATABASE_URL/);
  });
});
