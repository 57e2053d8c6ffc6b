import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type FromNode, NODE_SETTINGS, type NodeSettings, type ToNode } from "./node-settings.ts";

interface Node {
  readonly process: ChildProcess;
  port: number | undefined;
}

const AT_ONCE = 2;

/**
 * Keeps two nodes running side by side: whenever one dies, another takes its place.
 * @param nextDeath after how many statements of effects the next one dies; `undefined` once enough have died
 */
export async function startNodes(settings: Omit<NodeSettings, "dieAfter" | "now">, now: () => number, nextDeath: () => number | undefined) {
  const nodes = new Set<Node>();
  const alerts: string[] = [];
  const counts = { killed: 0, started: 0 };
  const faults: Error[] = [];
  let isStopping = false;

  function start(): Promise<void> {
    const given: NodeSettings = { ...settings, now: now(), dieAfter: nextDeath() };
    const child = fork(new URL("./node.ts", import.meta.url), {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, [NODE_SETTINGS]: JSON.stringify(given) },
    });
    const node: Node = { process: child, port: undefined };
    nodes.add(node);
    counts.started++;
    child.on("exit", (code, signal) => {
      nodes.delete(node);
      if (signal === "SIGKILL") counts.killed++;
      else if (code !== 0) faults.push(new Error(`A node ended with ${code ?? signal}.`));
      if (!isStopping && faults.length < 5) void start();
    });
    return new Promise((resolve) => {
      child.on("message", (message: FromNode) => {
        if ("alert" in message) return void alerts.push(message.alert);
        node.port = message.port;
        child.send({ now: now() } satisfies ToNode, () => undefined);
        resolve();
      });
      child.once("exit", () => resolve());
    });
  }

  const tellAll = (message: ToNode) => {
    for (const { process } of nodes) if (process.connected) process.send(message, () => undefined);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, start));

  return {
    alerts,
    counts,
    faults,
    tell: (time: number) => tellAll({ now: time }),
    /** Of those that take deliveries at the moment. */
    ports: () => [...nodes].flatMap(({ port }) => port ?? []),
    async stop(): Promise<void> {
      isStopping = true;
      const ended = [...nodes].map(({ process }) => once(process, "exit"));
      tellAll({ stop: true });
      await Promise.all(ended);
    },
  };
}
