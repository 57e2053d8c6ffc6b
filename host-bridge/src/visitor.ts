import type { PageMessage, ShellToPageMessage } from "@dramac/contracts";

type Answer = Omit<Extract<PageMessage, { type: "VISITOR" }>, "type">;

/** A page may ask its own backend first. */
const PATIENCE_MS = 9_000;

/**
 * The visitor's credential, as the page keeps it: only the page knows what the visitor agreed to, and forgets at once.
 * It also makes several shells wait for one first issue. Without a page nobody can have agreed.
 */
export function createVisitor(toPage: ((message: ShellToPageMessage) => void) | undefined) {
  let receive: ((answer: Answer) => void) | undefined;

  return {
    /** The kept credential, `null` to have one issued, `undefined` when the visitor agreed to none; and what is said of a member. */
    ask: () =>
      new Promise<Answer>((resolve) => {
        if (!toPage) return resolve({});
        receive = resolve;
        setTimeout(resolve, PATIENCE_MS, {});
        toPage({ type: "VISITOR_ASK" });
      }),
    keep: (credential: Answer["credential"]) => toPage?.({ type: "VISITOR_KEEP", credential }),
    receive: (answer: Answer) => receive?.(answer),
  };
}

export type Visitor = ReturnType<typeof createVisitor>;
