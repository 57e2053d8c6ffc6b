import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { type FromNode, NODE_SETTINGS, type NodeSettings, TIME_HEADER, type ToNode } from "./node-messages.ts";

interface Node {
  readonly process: ChildProcess;
  readonly port: number;
  /** Gets the answer to `work`, or the end of the process. */
  onWorked: (outcome: WorkOutcome) => void;
}

export type WorkOutcome = "one" | "none" | "failed" | "crashed";

interface NodesOptions {
  readonly settings: Omit<NodeSettings, "now">;
  readonly now: () => number;
  /** Puts the provider's clock forward for a node that waits for a moment. */
  readonly advanceTo: (moment: number) => Promise<void>;
}

/** Runs nodes as processes, each in a numbered slot. Every action resolves when it is complete, however long the machine takes. */
export function createNodes({ settings, now, advanceTo }: NodesOptions) {
  const nodes = new Map<number, Node>();
  const alerts: string[] = [];
  const errors: Error[] = [];
  const counts = { started: 0, killed: 0 };

  const tell = ({ process }: Node, message: ToNode) => void process.send(message, () => undefined);

  function nodeIn(slot: number): Node {
    const node = nodes.get(slot);
    if (!node) throw new Error(`No node runs in slot ${slot}.`);
    return node;
  }

  async function start(slot: number): Promise<void> {
    const child = fork(new URL("./node.ts", import.meta.url), {
      execArgv: ["--import", "tsx"],
      env: { ...process.env, [NODE_SETTINGS]: JSON.stringify({ ...settings, now: now() } satisfies NodeSettings) },
    });
    counts.started++;
    let node: Node | undefined;
    await new Promise<void>((resolve, reject) => {
      child.on("message", (message: FromNode) => {
        if ("alert" in message) alerts.push(message.alert);
        else if ("port" in message) {
          node = { process: child, port: message.port, onWorked: () => undefined };
          nodes.set(slot, node);
          resolve();
        } else if (node && "sleepUntil" in message) void wake(node, message.sleepUntil);
        else if ("worked" in message) node?.onWorked(message.worked);
      });
      child.on("exit", (code, signal) => {
        if (nodes.get(slot) === node) nodes.delete(slot);
        if (signal === "SIGKILL") counts.killed++;
        else if (code !== 0) errors.push(new Error(`A node ended with ${code ?? signal}.`));
        node?.onWorked("crashed");
        reject(new Error(`A node ended with ${code ?? signal} before it listened.`));
      });
    });
  }

  async function wake(node: Node, moment: number): Promise<void> {
    await advanceTo(moment);
    tell(node, { now: now() });
  }

  return {
    alerts,
    errors,
    counts,
    start,
    isRunning: (slot: number): boolean => nodes.has(slot),
    /** Sends a request as the provider does. Resolves to whether a node answered with 200. */
    async deliver(slot: number, headers: Readonly<Record<string, string>>, body: string): Promise<boolean> {
      const node = nodes.get(slot);
      if (!node) return false;
      const { status } = await fetch(`http://127.0.0.1:${node.port}/`, { method: "POST", headers: { ...headers, [TIME_HEADER]: String(now()) }, body });
      return status === 200;
    },
    /** Has a node process one group of deliveries. @param crashAt the statement of the effect before which it dies */
    work(slot: number, crashAt?: number): Promise<WorkOutcome> {
      const node = nodeIn(slot);
      tell(node, { now: now() });
      return new Promise((resolve) => {
        node.onWorked = resolve;
        tell(node, { work: { crashAt } });
      });
    },
    async stop(): Promise<void> {
      const ended = [...nodes.values()].map((node) => {
        const end = once(node.process, "exit");
        tell(node, { stop: true });
        return end;
      });
      await Promise.all(ended);
    },
  };
}

export type Nodes = ReturnType<typeof createNodes>;
