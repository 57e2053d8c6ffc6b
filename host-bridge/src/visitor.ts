import type { PageMessage, ShellToPageMessage } from "@dramac/contracts";

type Answer = Omit<Extract<PageMessage, { type: "VISITOR" }>, "type">;

/** How long to wait for the page, which may have to ask its own backend first. */
const ANSWER_TIMEOUT_MS = 9_000;

/**
 * Asks the page for the visitor's credential. The page stores it, because only the page knows the visitor's consent,
 * and because it lets several shells wait for one first credential. Without a page, the answer is empty.
 */
export function createVisitor(toPage: ((message: ShellToPageMessage) => void) | undefined) {
  let receive: ((answer: Answer) => void) | undefined;

  return {
    /** The stored credential; `null` when this shell may have the first one issued; `undefined` without consent. And the assertion of a signed-in person. */
    ask: () =>
      new Promise<Answer>((resolve) => {
        receive = resolve;
        setTimeout(resolve, toPage ? ANSWER_TIMEOUT_MS : 0, {});
        toPage?.({ type: "VISITOR_ASK" });
      }),
    keep: (credential: Answer["credential"]) => toPage?.({ type: "VISITOR_KEEP", credential }),
    receive: (answer: Answer) => receive?.(answer),
  };
}

export type Visitor = ReturnType<typeof createVisitor>;
