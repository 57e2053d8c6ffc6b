import type { ShellConfiguration } from "@dramac/contracts";

/** What a shell says to another shell whose module floods it; its origin, not its words, makes it believed. */
interface StrayReport {
  readonly type: "STRAYS";
}

/**
 * Counts window messages that belong to no handshake. Above the limit per second the one who sent them goes:
 * our own module at once; another shell's module by telling that shell, which trusts only origins of our frames.
 * @param isOurs whether a window is our module's or nested in it
 */
export function createStrayWatch(
  { siblings, init: { limits } }: ShellConfiguration,
  isOurs: (source: MessageEventSource | null) => boolean,
  onFlood: () => void,
) {
  const counts = new Map<MessageEventSource | null, number>();
  return function stray({ data, origin, source }: MessageEvent<Partial<StrayReport> | null>): void {
    if (data?.type === "STRAYS" && new RegExp(siblings).test(origin)) return onFlood();
    if (!counts.size) setTimeout(() => counts.clear(), 1_000);
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    if (count !== limits.strayMessagesPerSecond + 1) return;
    if (isOurs(source)) onFlood();
    else (source as Window | null)?.parent.postMessage({ type: "STRAYS" } satisfies StrayReport, "*");
  };
}

/** Walks up from a window: is it the given frame, or somewhere inside it? `parent` is readable across origins. */
export function isInside(source: MessageEventSource | null, frame: Window | undefined): boolean {
  let walked = source as Window | null;
  while (walked && walked !== frame) walked = walked.parent === walked ? null : walked.parent;
  return walked !== null;
}
