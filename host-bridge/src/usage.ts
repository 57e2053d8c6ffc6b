import type { InstallationId, UsageEvent } from "@dramac/contracts";

type Gathered = Pick<UsageEvent, "type"> & Partial<Pick<UsageEvent, "name" | "metadata" | "loadTimeMs">>;

const MOST = 100;

/** Gathers one page view's usage and sends it by beacon whenever the page hides. */
export function createUsage(options: { platform: string; surface: string; installation: InstallationId; version: string }) {
  let events: UsageEvent[] = [];
  let token: string | undefined;

  function flush(): void {
    if (!events.length) return;
    const batch = { surface: options.surface, ...(token && { token }), events };
    events = [];
    navigator.sendBeacon(`${options.platform}/api/events`, JSON.stringify(batch));
  }
  const onHide = () => {
    if (document.visibilityState === "hidden") flush();
  };
  document.addEventListener("visibilitychange", onHide);
  addEventListener("pagehide", flush);

  return {
    add(event: Gathered): void {
      const { installation, version } = options;
      events.push({ id: crypto.randomUUID(), installation, version, at: new Date().toISOString(), ...event });
      if (events.length >= MOST) flush();
    },
    setToken: (fresh: string) => {
      token = fresh;
    },
    /** Reports a failure at once: it may be the last thing this frame does. */
    report(code: string, message: string, stack?: string): void {
      const { surface, installation, version } = options;
      const body = { surface, installation, version, code, message: message.slice(0, 500), ...(token && { token }), ...(stack && { stack }) };
      navigator.sendBeacon(`${options.platform}/api/modules/errors`, JSON.stringify(body));
    },
    flush,
    destroy(): void {
      flush();
      document.removeEventListener("visibilitychange", onHide);
      removeEventListener("pagehide", flush);
    },
  };
}
