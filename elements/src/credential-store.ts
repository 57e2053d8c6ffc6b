import { del, get, set } from "idb-keyval";

/** How long other shells wait for the shell that has the first credential issued. */
const ISSUE_MS = 5_000;

/**
 * Stores the visitor's credential for the shells, as long as the visitor consents.
 * When several shells start at once, one of them has the first credential issued and the others wait for it.
 */
export function createCredentialStore(surface: string, mayStore: () => boolean) {
  const key = `dramac:visitor:${surface}`;
  const waiting: ((credential: string | null) => void)[] = [];
  let isIssuing = false;
  let credential: Promise<string | null> | undefined;

  function next(): void {
    isIssuing = false;
    const answer = waiting.shift();
    if (answer) void ask().then((value) => value !== undefined && answer(value));
  }

  /** The stored credential; `null` if the caller shall have one issued; `undefined` without consent. */
  async function ask(): Promise<string | null | undefined> {
    if (!mayStore()) return undefined;
    credential ??= get<string>(key).then(
      (value) => value ?? null,
      () => null,
    );
    const stored = await credential;
    if (stored) return stored;
    if (isIssuing) return new Promise((resolve) => waiting.push(resolve));
    isIssuing = true;
    setTimeout(next, ISSUE_MS);
    return null;
  }

  return {
    ask,
    keep(value: string | null | undefined): void {
      if (value && mayStore()) {
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
