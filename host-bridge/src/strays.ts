/** What a shell says to another shell whose module floods it; its origin, not its words, makes it believed. */
interface StrayReport {
  readonly type: "STRAYS";
}

/**
 * Counts window messages that belong to no handshake. Above the limit per second the one who sent them goes:
 * our own module at once; another shell's module by telling that shell, which trusts only origins of our frames.
 * @param isOurs whether a window is our module's or nested in it
 */
export function createStrayWatch(mostPerSecond: number, isOurs: (source: MessageEventSource | null) => boolean, onFlood: () => void) {
  const counts = new Map<MessageEventSource | null, number>();
  const family = withoutLabel(location.origin);
  let second = 0;
  return function stray({ data, origin, source }: MessageEvent<Partial<StrayReport> | null>): void {
    if (data?.type === "STRAYS" && origin !== family && withoutLabel(origin) === family) return onFlood();
    const now = Math.floor(performance.now() / 1_000);
    if (now !== second) counts.clear();
    second = now;
    const count = (counts.get(source) ?? 0) + 1;
    counts.set(source, count);
    if (count !== mostPerSecond + 1) return;
    if (isOurs(source)) onFlood();
    else (source as Window | null)?.parent.postMessage({ type: "STRAYS" } satisfies StrayReport, "*");
  };
}

/** An origin of an installation's shell without the label that is its own: the same for all of them. */
const withoutLabel = (origin: string): string => origin.replace(/\/\/i[a-z2-7]{26}\./, "//");

/** Walks up from a window: is it the given frame, or somewhere inside it? `parent` is readable across origins. */
export function isInside(source: MessageEventSource | null, frame: Window): boolean {
  let walked = source as Window | null;
  for (let depth = 0; walked && walked !== frame && depth < 16; depth++) walked = walked.parent === walked ? null : walked.parent;
  return walked === frame;
}
