import type { ShellContext } from "./shell-context.ts";

/** Tells another shell that its module floods this one. The receiver believes it because of its origin. */
interface FloodReport {
  readonly type: "STRAYS";
}

/**
 * Counts window messages that belong to no handshake. Each message counts for its sender and for all windows around the sender,
 * so that a module is responsible for its own frames. Above the limit per second, our own module is stopped at once;
 * another shell is told about its module, and accepts that only from the origins of our frames.
 * `parent` is readable across origins: https://html.spec.whatwg.org/multipage/nav-history-apis.html#crossoriginproperties-(-o-)
 * @param isOurs whether a window is our module's
 */
export function createUnexpectedMessageLimiter({ siblings, init: { limits } }: ShellContext, isOurs: (source: Window) => boolean, onFlood: () => void) {
  const counts = new Map<MessageEventSource | null, number>();
  return function count({ data, origin, source }: MessageEvent<Partial<FloodReport> | null>): void {
    if (data?.type === "STRAYS" && new RegExp(siblings).test(origin)) return onFlood();
    if (!counts.size) setTimeout(() => counts.clear(), 1_000);
    for (let sender = source as Window | null; sender && sender !== top; sender = sender.parent) {
      const total = (counts.get(sender) ?? 0) + 1;
      counts.set(sender, total);
      if (total !== limits.strayMessagesPerSecond + 1) continue;
      if (isOurs(sender)) onFlood();
      else sender.parent.postMessage({ type: "STRAYS" } satisfies FloodReport, "*");
    }
  };
}
