import type { PageMessage, ShellToPageMessage } from "@dramac/contracts";

type Credential = string | null | undefined;

const PATIENCE_MS = 3_000;

/**
 * The visitor's credential, as the page keeps it: only the page knows what the visitor agreed to, and forgets at once.
 * It also makes several shells wait for one first issue. Without a page nobody can have agreed.
 */
export function createVisitor(toPage: ((message: ShellToPageMessage) => void) | undefined) {
  let receive: ((credential?: Credential) => void) | undefined;

  return {
    /** The kept credential, `null` to have one issued, `undefined` when the visitor agreed to none. */
    ask: () =>
      new Promise<Credential>((resolve) => {
        if (!toPage) return resolve(undefined);
        receive = resolve;
        setTimeout(resolve, PATIENCE_MS);
        toPage({ type: "VISITOR_ASK" });
      }),
    keep: (credential: Credential) => toPage?.({ type: "VISITOR_KEEP", credential }),
    receive: ({ credential }: Extract<PageMessage, { type: "VISITOR" }>) => receive?.(credential),
  };
}

export type Visitor = ReturnType<typeof createVisitor>;
