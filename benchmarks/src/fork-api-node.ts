import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts } from "@dramac/e2e";

type Script = "start" | "serve";

/** Node's flags as `npm start` or `npm run serve` gives them, the memory's bounds among them. */
function flagsOf(script: Script): string[] {
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { scripts: Record<Script, string> };
  return scripts[script].split(" ").slice(1, -1);
}

/**
 * An API node in a process of its own, in front of a database that is there.
 * @param script whose flags Node is given: `start` bounds its memory, `serve` is what deployments run
 */
export async function forkApiNode(databaseUrl: string, environment: Readonly<Record<string, string>> = {}, script: Script = "start") {
  const folder = mkdtempSync(join(tmpdir(), "dramac-bench-"));
  const port = await freePorts(3);
  const node = fork(new URL("./api-node.ts", import.meta.url), {
    execArgv: flagsOf(script),
    env: { ...process.env, PORT: String(port), DATABASE_URL: databaseUrl, DRAMAC_DATA: folder, NODE_ENV: "test", ...environment },
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
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
