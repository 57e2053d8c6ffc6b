import type { SessionResponse, ShellConfiguration } from "@dramac/contracts";
import { type RequestError, post, request } from "./request.ts";
import type { Visitor } from "./visitor.ts";

/**
 * Holds the capability token, in memory only: fetched with the first call, renewed before it expires, shown with each.
 * @param onGone the installation may not run any more
 */
export function createSession(
  { platform, surface, init: { installation } }: ShellConfiguration,
  hostOrigin: string,
  visitor: Visitor,
  onSession: (session: SessionResponse) => void,
  onGone: (message: string) => void,
) {
  let current: Promise<SessionResponse> | undefined;
  /** Whoever is there stays so when the session is renewed; what arrives late is still about whoever was there before. */
  let holder: { previous?: string } = {};

  function drop(): void {
    current = undefined;
  }

  async function open(): Promise<SessionResponse> {
    const mine = holder;
    let { credential, assertion } = await visitor.ask();
    try {
      const answer = await request(`${platform}/api/sessions`, post({ installation, surface, hostOrigin, visitor: credential, assertion, ...mine }));
      const session = (await answer.json()) as SessionResponse;
      setTimeout(drop, session.renewInMs);
      mine.previous = session.token;
      credential = session.visitor ?? credential;
      onSession(session);
      return session;
    } catch (error) {
      drop();
      throw error;
    } finally {
      visitor.keep(credential);
    }
  }

  function get(): Promise<SessionResponse> {
    current ??= open();
    return current;
  }

  /** Fetches one of this installation's routes with the token; a token that ran out early is replaced once. */
  async function call(path: string, init: RequestInit & { headers?: Record<string, string> }, again = true): Promise<Response> {
    try {
      const { token } = await get();
      return await request(`${platform}/api/modules/${installation}/${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
    } catch (error) {
      const { code, message } = error as RequestError;
      if (code === "gone") onGone(message);
      if (code !== "token_expired" || !again) throw error;
      drop();
      return call(path, init, false);
    }
  }

  return {
    get,
    call,
    /** What is called from here on is called as somebody else: a session is opened anew. */
    identify(): void {
      holder = {};
      drop();
    },
  };
}

export type Session = ReturnType<typeof createSession>;
