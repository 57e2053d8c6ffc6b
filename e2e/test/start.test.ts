import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../src/index.ts";

const ROOT = new URL("../..", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "dramac-start-"));
const pidFile = join(folder, "postgres/cluster/postmaster.pid");
after(() => rmSync(folder, { recursive: true, force: true }));

async function start(): Promise<{ node: ChildProcess; port: number; output: () => string }> {
  const port = await freePorts(4);
  const { DATABASE_URL, ...environment } = process.env;
  const node = spawn(process.execPath, ["--import", "tsx", "scripts/start.ts"], {
    cwd: ROOT,
    env: { ...environment, PORT: String(port), DRAMAC_DATA: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [node.stdout, node.stderr]) stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  return { node, port, output: () => output };
}

const UP_MS = 120_000;
const GONE_MS = 5_000;

async function until(what: string, isSo: () => boolean | Promise<boolean>, output: () => string, patienceMs = GONE_MS): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!(await isSo())) {
    assert.ok(Date.now() < end, `${what}: ${output()}`);
    await sleep(20);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const hasDatabase = () => existsSync(pidFile) && Number(readFileSync(pidFile, "utf8").split("\n")[0]) > 0;
const isReady = (port: number) => () =>
  fetch(`http://127.0.0.1:${port}/readyz`, { headers: { host: `localhost:${port}` } }).then(
    ({ ok }) => ok,
    () => false,
  );

describe("Ctrl-C leaves nothing running, whenever it comes", () => {
  for (const [moment, isReached] of [
    ["while the database comes up", () => hasDatabase],
    ["while the demo tenants are seeded", isReady],
    ["when everything is up", (_: number, output: () => string) => () => output().includes("Ctrl-C stops everything.")],
  ] as const)
    test(moment, { timeout: 180_000 }, async () => {
      const { node, port, output } = await start();
      await until(moment, isReached(port, output), output, UP_MS);
      const database = hasDatabase() ? Number(readFileSync(pidFile, "utf8").split("\n")[0]) : undefined;
      const ended = once(node, "exit");
      node.kill("SIGINT");
      const [code] = (await ended) as [number | null];
      assert.equal(code, 0, output());
      // The parent may notice the end of a process a moment later.
      if (database !== undefined) await until("PostgreSQL ends", () => !isAlive(database), output);
      assert.equal(existsSync(pidFile), false);
      assert.doesNotMatch(output(), /cannot be reached|Error/, "stopping it reports no error");
    });
});
