import type { ShellMessage } from "@dramac/contracts";
import type { Session } from "./session.ts";

const RETRY_MS = 2_000;
const MAX_RETRY_MS = 60_000;

/**
 * One event stream for all collections that a module subscribed to. It reconnects until there is no subscription left;
 * the wait doubles after each failure.
 * `fetch` reads the stream, because EventSource cannot send an `authorization` header: https://github.com/whatwg/html/issues/2177
 */
export function createSubscriptions(session: Session, send: (message: ShellMessage) => void, signal: AbortSignal) {
  const collections = new Set<string>();
  let stream = new AbortController();
  let retryMs = RETRY_MS;

  async function run(ownSignal: AbortSignal): Promise<void> {
    for (;;) {
      await read(ownSignal).catch(() => undefined);
      if (ownSignal.aborted) return;
      await new Promise((resolve) => setTimeout(resolve, retryMs));
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }

  async function read(ownSignal: AbortSignal): Promise<void> {
    const query = new URLSearchParams([...collections].map((name) => ["collection", name]));
    const { body } = await session.call(`stream?${query}`, { signal: ownSignal });
    const reader = (body as NonNullable<typeof body>).pipeThrough(new TextDecoderStream()).getReader();
    retryMs = RETRY_MS;
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (text + part.value).split("\n\n");
      text = blocks.pop() as string;
      for (const block of blocks) if (block.startsWith("data: ")) send({ type: "CHANGED", ...JSON.parse(block.slice(6)) });
    }
  }

  function restart(): void {
    stream.abort();
    stream = new AbortController();
    if (collections.size) void run(AbortSignal.any([stream.signal, signal]));
  }

  return {
    /** Opens the stream again, for the person who is on the page now. */
    restart,
    add(collection: string): void {
      if (collections.has(collection)) return;
      collections.add(collection);
      restart();
    },
    remove(collection: string): void {
      if (collections.delete(collection)) restart();
    },
  };
}

export type Subscriptions = ReturnType<typeof createSubscriptions>;
