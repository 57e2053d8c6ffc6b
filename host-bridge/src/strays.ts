import { LIMITS } from "@dramac/contracts/limits";

/** What a shell says to another shell whose module floods it; its origin, not its words, makes it believed. */
interface StrayReport {
  readonly type: "STRAYS";
}

/**
 * Counts window messages that belong to no handshake. Above the limit per second the one who sent them goes:
 * our own module at once; another shell's module by telling that shell, which trusts only origins of our frames.
 * @param own whether a window is our module's or nested in it
 * @param siblings matches the origins of other shells
 */
export function createStrayWatch(options: { own(source: MessageEventSource | null): boolean; siblings: RegExp; onFlood(): void }) {
  const counts = new Map<MessageEventSource | null, number>();
  let second = 0;
  return function stray(event: MessageEvent): void {
    const { type } = (event.data ?? {}) as Partial<StrayReport>;
    if (type === "STRAYS" && options.siblings.test(event.origin)) return options.onFlood();
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      counts.clear();
    }
    const count = (counts.get(event.source) ?? 0) + 1;
    counts.set(event.source, count);
    if (count !== LIMITS.strayMessagesPerSecond + 1) return;
    if (options.own(event.source)) options.onFlood();
    else (event.source as Window | null)?.parent.postMessage({ type: "STRAYS" } satisfies StrayReport, "*");
  };
}

/** Walks up from a window: is it the given frame, or somewhere inside it? `parent` is readable across origins. */
export function isInside(source: MessageEventSource | null, frame: Window): boolean {
  let walked = source as Window | null;
  for (let depth = 0; walked && depth < 16; depth++) {
    if (walked === frame) return true;
    if (walked.parent === walked) return false;
    walked = walked.parent;
  }
  return false;
}
