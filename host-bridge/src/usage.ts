import type { UsageEvent } from "@dramac/contracts";
import type { ShellContext } from "./shell-context.ts";

type NewUsageEvent = { readonly [Name in "type" | "name" | "metadata" | "loadTimeMs"]?: UsageEvent[Name] | undefined } & Pick<UsageEvent, "type">;

const MAX_BATCH = 100;

/**
 * Collects the usage events of one page view. A beacon sends them when the page hides.
 * WebKit before Safari 14.1 fires no `visibilitychange` when the visitor leaves the page, so `pagehide` sends them too:
 * https://bugs.webkit.org/show_bug.cgi?id=151234
 */
export function createUsage({ platform, surface, init, signal }: ShellContext) {
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
    add(event: NewUsageEvent): void {
      events.push({ id: crypto.randomUUID(), ...about, at: new Date().toISOString(), ...event });
      if (events.length >= MAX_BATCH) flush();
    },
    setToken: (fresh: string) => {
      token = fresh;
    },
    /** Sends an error report at once, because the frame may be removed next. */
    report: (code: string, message?: string, stack?: string): void => beacon("modules/errors", { ...about, code, message, stack }),
  };
}
