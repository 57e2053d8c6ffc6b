/** One answer of the platform; the last of a list is given again and again. */
interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly afterMs?: number;
  /** Written one after the other, a moment apart. */
  readonly chunks?: readonly string[];
  /** No answer, and the connection ends. */
  readonly cut?: boolean;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly authorization?: string;
  readonly body: string;
}

/** A platform of this test's own on the dev server: answers over real HTTP, by the address' last segment, and remembers what it was asked. */
export async function openPlatform(answers: Record<string, Answer[]>) {
  const url = `${location.origin}/scripted/${crypto.randomUUID()}`;
  await fetch(url, { method: "PUT", body: JSON.stringify(answers) });
  return {
    url,
    /** What was asked of addresses that end so. */
    async asked(segment: string): Promise<Asked[]> {
      const all = (await (await fetch(url)).json()) as Asked[];
      return all.filter(({ path }) => path.endsWith(`/${segment}`));
    },
  };
}

/** How the platform refuses. */
export const problem = (status: number, code: string, detail = code, more: object = {}): Answer => ({ status, body: { code, detail, ...more } });

/** An opened session, with a token that tells it from others. */
export const session = (token: string, more: object = {}): Answer => ({
  body: { token, expiresAt: "", renewInMs: 60_000, permissions: ["access:storage"], settings: {}, ...more },
});
