import { del, get, set } from "idb-keyval";

/** How long other shells wait for the one that has a first credential issued. */
const ISSUE_MS = 5_000;

/**
 * Keeps the visitor's credential for the shells, as long as the visitor agrees to it.
 * Several shells may start at once: one has the first credential issued, the others wait for it.
 */
export function createCredentialStore(surface: string, mayKeep: () => boolean) {
  const key = `dramac:visitor:${surface}`;
  const waiting: ((credential: string | null) => void)[] = [];
  let isIssuing = false;
  let credential: Promise<string | null> | undefined;

  function next(): void {
    isIssuing = false;
    const answer = waiting.shift();
    if (answer) void ask().then((value) => value !== undefined && answer(value));
  }

  async function ask(): Promise<string | null | undefined> {
    if (!mayKeep()) return undefined;
    credential ??= get<string>(key).then(
      (value) => value ?? null,
      () => null,
    );
    const kept = await credential;
    if (kept) return kept;
    if (isIssuing) return new Promise((resolve) => waiting.push(resolve));
    isIssuing = true;
    setTimeout(next, ISSUE_MS);
    return null;
  }

  return {
    ask,
    keep(value: string | null | undefined): void {
      if (value && mayKeep()) {
        credential = Promise.resolve(value);
        void set(key, value).catch(() => undefined);
      }
      while (waiting.length) next();
      isIssuing = false;
    },
    erase(): void {
      credential = undefined;
      void del(key).catch(() => undefined);
    },
  };
}

export type CredentialStore = ReturnType<typeof createCredentialStore>;
