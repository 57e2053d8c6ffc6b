import type { ShellConfiguration, UsageEvent } from "@dramac/contracts";

type Gathered = { readonly [Name in "type" | "name" | "metadata" | "loadTimeMs"]?: UsageEvent[Name] | undefined } & Pick<UsageEvent, "type">;

const MAX_BATCH = 100;

/** Gathers one page view's usage and sends it by beacon whenever the page hides. */
export function createUsage({ platform, surface, init }: ShellConfiguration, signal: AbortSignal) {
  const about = { installation: init.installation, version: init.module.version };
  let events: object[] = [];
  let token: string | undefined;

  function beacon(path: string, body: object): void {
    navigator.sendBeacon(`${platform}/api/${path}`, JSON.stringify({ surface, token, ...body }));
  }

  function flush(): void {
    if (events.length) beacon("events", { events });
    events = [];
  }

  document.addEventListener("visibilitychange", () => document.hidden && flush(), { signal });
  addEventListener("pagehide", flush, { signal });

  signal.addEventListener("abort", flush);

  return {
    add(event: Gathered): void {
      events.push({ id: crypto.randomUUID(), ...about, at: new Date().toISOString(), ...event });
      if (events.length >= MAX_BATCH) flush();
    },
    setToken: (fresh: string) => {
      token = fresh;
    },
    /** Reports a failure at once: it may be the last thing this frame does. */
    report: (code: string, message?: string, stack?: string): void => beacon("modules/errors", { ...about, code, message, stack }),
  };
}

export type Usage = ReturnType<typeof createUsage>;
