import { LIMITS } from "@dramac/contracts/limits";

/**
 * Counts window messages of our frames that belong to no handshake. Above the limit per second, the frame is removed.
 * The frame is found by walking up from the message's source: `parent` is readable across origins.
 * https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossoriginproperties-(-o-)
 */
export function createUnexpectedMessageLimiter(frames: () => Iterable<{ readonly window: Window | null; flood(): void }>) {
  const counts = new Map<object, number>();
  let second = 0;

  return function count(source: MessageEventSource | null): void {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      counts.clear();
    }
    let sender = source as Window | null;
    while (sender && sender !== sender.parent) {
      for (const frame of frames()) {
        if (frame.window !== sender) continue;
        const total = (counts.get(frame) ?? 0) + 1;
        counts.set(frame, total);
        if (total > LIMITS.strayMessagesPerSecond) frame.flood();
        return;
      }
      sender = sender.parent;
    }
  };
}
