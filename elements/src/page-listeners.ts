import type { Handover } from "@dramac/contracts/handover";
import type { ModuleElements } from "./module-elements.ts";
import { watchNavigation } from "./navigation.ts";
import { createUnexpectedMessageLimiter } from "./unexpected-message-limiter.ts";

/** Listens to the page until the signal is aborted: messages of frames, keys, size, visibility, the parser and navigation. */
export function listenToPage(
  { waiting }: Handover,
  { mounts }: ModuleElements,
  onChange: { reconcile(): void; sendContext(): void },
  signal: AbortSignal,
): void {
  const { reconcile, sendContext } = onChange;
  const countUnexpected = createUnexpectedMessageLimiter(mounts);
  const onMessage = (event: MessageEvent) => {
    if (mounts().some((mount) => mount.offer(event))) return;
    for (const one of waiting.values()) if (one.frame.contentWindow === event.source) one.hello ??= event;
    countUnexpected(event.source);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") for (const mount of mounts()) mount.present(false);
  };
  const onResize = () => {
    for (const mount of mounts()) if (mount.module.presentation.kind !== "inline") mount.size.layOut();
  };
  addEventListener("message", onMessage, { signal });
  addEventListener("keydown", onKey, { signal });
  addEventListener("resize", onResize, { signal });
  document.addEventListener("visibilitychange", sendContext, { signal });
  document.addEventListener("DOMContentLoaded", reconcile, { signal });
  watchNavigation(() => {
    reconcile();
    sendContext();
  }, signal);
}
