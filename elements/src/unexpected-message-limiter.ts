import { LIMITS } from "@dramac/contracts/limits";

/**
 * Counts window messages that come out of our frames but belong to no handshake; above the limit the frame goes.
 * A stray is attributed by walking up from its source: `parent` is readable across origins.
 */
export function createUnexpectedMessageLimiter(frames: () => Iterable<{ readonly window: Window | null; flood(): void }>) {
  const counts = new Map<object, number>();
  let second = 0;

  return function stray(source: MessageEventSource | null): void {
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) {
      second = now;
      counts.clear();
    }
    let walked = source as Window | null;
    while (walked && walked !== walked.parent) {
      for (const frame of frames()) {
        if (frame.window !== walked) continue;
        const count = (counts.get(frame) ?? 0) + 1;
        counts.set(frame, count);
        if (count > LIMITS.strayMessagesPerSecond) frame.flood();
        return;
      }
      walked = walked.parent;
    }
  };
}
