import type { ShellConfiguration } from "@dramac/contracts";

/** What a shell says to another shell whose module floods it; its origin, not its words, makes it believed. */
interface FloodReport {
  readonly type: "STRAYS";
}

/**
 * Counts window messages that belong to no handshake, for their sender and every window that it is nested in, so that
 * a module answers for its frames. Above the limit per second it goes: our own module at once; another shell's module
 * by telling that shell, which trusts only origins of our frames.
 * @param isOurs whether a window is our module's
 */
export function createUnexpectedMessageLimiter({ siblings, init: { limits } }: ShellConfiguration, isOurs: (source: Window) => boolean, onFlood: () => void) {
  const counts = new Map<MessageEventSource | null, number>();
  return function stray({ data, origin, source }: MessageEvent<Partial<FloodReport> | null>): void {
    if (data?.type === "STRAYS" && new RegExp(siblings).test(origin)) return onFlood();
    if (!counts.size) setTimeout(() => counts.clear(), 1_000);
    for (let walked = source as Window | null; walked && walked !== top; walked = walked.parent) {
      const count = (counts.get(walked) ?? 0) + 1;
      counts.set(walked, count);
      if (count !== limits.strayMessagesPerSecond + 1) continue;
      if (isOurs(walked)) onFlood();
      else walked.parent.postMessage({ type: "STRAYS" } satisfies FloodReport, "*");
    }
  };
}
