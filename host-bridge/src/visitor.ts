import type { PageMessage, ShellToPageMessage } from "@dramac/contracts";

type Credential = string | null | undefined;

const PATIENCE_MS = 3_000;
const KEY = "dramac:visitor";

/**
 * Where a visitor's credential lives: in the shell's own storage where the browser lets a cross-site frame have one,
 * else with the page, which also makes several shells wait for one first issue.
 */
export function createVisitor(toPage: ((message: ShellToPageMessage) => void) | undefined) {
  let receive: ((credential?: Credential) => void) | undefined;
  const own = openStorage();

  return {
    /** The kept credential, `null` to have one issued, `undefined` when the visitor agreed to none. */
    ask(): Promise<Credential> {
      const kept = own?.getItem(KEY);
      if (kept || !toPage) return Promise.resolve(kept ?? null);
      return new Promise((resolve) => {
        receive = resolve;
        setTimeout(resolve, PATIENCE_MS);
        toPage({ type: "VISITOR_ASK" });
      });
    },
    keep(credential: Credential): void {
      if (credential) own?.setItem(KEY, credential);
      toPage?.({ type: "VISITOR_KEEP", credential });
    },
    receive: ({ credential }: Extract<PageMessage, { type: "VISITOR" }>) => receive?.(credential),
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

export type Visitor = ReturnType<typeof createVisitor>;
