import type { PageMessage, ShellToPageMessage } from "@dramac/contracts";

const PATIENCE_MS = 3_000;
const KEY = "dramac:visitor";

/**
 * Where a visitor's credential lives: in the shell's own storage where the browser lets a cross-site frame have one,
 * else with the page, which also makes several shells wait for one first issue.
 */
export function createVisitor(toPage: ((message: ShellToPageMessage) => void) | undefined) {
  let waiting: ((credential: string | null | undefined) => void) | undefined;
  const own = openStorage();

  return {
    /** The kept credential, `null` to have one issued, `undefined` when the visitor agreed to none. */
    ask(): Promise<string | null | undefined> {
      const kept = own?.getItem(KEY);
      if (kept || !toPage) return Promise.resolve(kept ?? null);
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, PATIENCE_MS);
        waiting = (credential) => {
          clearTimeout(timer);
          resolve(credential);
        };
        toPage({ type: "VISITOR_ASK" });
      });
    },
    keep(credential: string | null | undefined): void {
      if (credential) own?.setItem(KEY, credential);
      toPage?.({ type: "VISITOR_KEEP", ...(credential !== undefined && { credential }) });
    },
    receive: (message: Extract<PageMessage, { type: "VISITOR" }>) => waiting?.(message.credential),
    forget: () => own?.removeItem(KEY),
  };
}

function openStorage(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}
