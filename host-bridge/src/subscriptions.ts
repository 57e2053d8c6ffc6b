import type { ShellMessage } from "@dramac/contracts";
import type { Session } from "./session.ts";

const RETRY_MS = 2_000;

/**
 * One stream of server-sent events for all collections a module subscribed to.
 * Read by fetch because EventSource cannot carry a bearer token; reconnects until nobody listens.
 */
export function createSubscriptions(options: { platform: string; installation: string; session: Session; send(message: ShellMessage): void }) {
  const collections = new Set<string>();
  let stream: AbortController | undefined;

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await read(signal).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async function read(signal: AbortSignal): Promise<void> {
    const { token } = await options.session.get();
    const query = [...collections].map((name) => `collection=${encodeURIComponent(name)}`).join("&");
    const response = await fetch(`${options.platform}/api/modules/${options.installation}/stream?${query}`, {
      headers: { authorization: `Bearer ${token}` },
      signal,
    });
    if (response.status === 401) options.session.drop();
    if (!response.ok || !response.body) return;
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + part.value).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) forward(block);
    }
  }

  function forward(block: string): void {
    const data = block.startsWith("data: ") ? (JSON.parse(block.slice(6)) as object) : undefined;
    if (data) options.send({ type: "CHANGED", ...data } as ShellMessage);
  }

  function restart(): void {
    stream?.abort();
    stream = undefined;
    if (!collections.size) return;
    stream = new AbortController();
    void run(stream.signal);
  }

  return {
    add(collection: string): void {
      if (collections.has(collection)) return;
      collections.add(collection);
      restart();
    },
    remove(collection: string): void {
      if (collections.delete(collection)) restart();
    },
    close(): void {
      collections.clear();
      restart();
    },
  };
}
