import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, publishFixture } from "@dramac/e2e";
import { createTestDatabase } from "@dramac/edge-api/test-database";
import { seedBulkSites } from "./bulk-sites.ts";

/** Node's flags as `npm start` gives them, the memory's bounds among them. */
function startFlags(): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { scripts: { start: string } };
  return scripts.start.split(" ").slice(1, -1);
}

/** A node in a process of its own, in front of a database with so many sites of one module each. */
export async function startApiNode(sites: number) {
  const folder = mkdtempSync(join(tmpdir(), "dramac-bench-"));
  const database = await createTestDatabase();
  await publishFixture(database.database, "probe");
  await seedBulkSites(database.url, sites, "probe");
  const port = await freePorts(3);
  const node = fork(new URL("./api-node.ts", import.meta.url), {
    execArgv: startFlags(),
    env: { ...process.env, PORT: String(port), DATABASE_URL: database.url, DRAMAC_DATA: folder, NODE_ENV: "test" },
  });
  await Promise.race([once(node, "message"), once(node, "exit").then(() => Promise.reject(new Error("The API node ended before it was ready.")))]);
  return {
    url: `http://localhost:${port}`,
    /** Of the node's process, bytes. */
    async memory(): Promise<NodeJS.MemoryUsage> {
      node.send("memory");
      const [usage] = (await once(node, "message")) as [NodeJS.MemoryUsage];
      return usage;
    },
    async close(): Promise<void> {
      const ended = once(node, "exit");
      node.disconnect();
      await ended;
      await database.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
