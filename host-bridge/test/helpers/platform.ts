/** One answer of the mock platform. The last answer of a list is repeated. */
interface Answer {
  readonly status?: number;
  readonly body?: unknown;
  readonly afterMs?: number;
  /** Written one after the other, with a pause between them. */
  readonly chunks?: readonly string[];
  /** The connection closes without an answer. */
  readonly cut?: boolean;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly authorization?: string;
  readonly body: string;
}

/** A mock platform for one test. The test server answers over HTTP, chosen by the last segment of the path, and records the requests. */
export async function openPlatform(answers: Record<string, Answer[]>) {
  const url = `${location.origin}/scripted/${crypto.randomUUID()}`;
  await fetch(url, { method: "PUT", body: JSON.stringify(answers) });
  return {
    url,
    /** The requests to paths with this last segment. */
    async asked(segment: string): Promise<Asked[]> {
      const all = (await (await fetch(url)).json()) as Asked[];
      return all.filter(({ path }) => path.endsWith(`/${segment}`));
    },
  };
}

/** A refusal of the platform. */
export const problem = (status: number, code: string, detail = code, more: object = {}): Answer => ({ status, body: { code, detail, ...more } });

/** A session with the given token. */
export const session = (token: string, more: object = {}): Answer => ({
  body: { token, expiresAt: "", renewInMs: 60_000, permissions: ["access:storage"], settings: {}, ...more },
});
