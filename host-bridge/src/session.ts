import type { SessionResponse } from "@dramac/contracts";
import { type RequestError, post, request } from "./request.ts";
import type { ShellContext } from "./shell-context.ts";
import type { Visitor } from "./visitor.ts";

/**
 * Holds the capability token in memory. The first call fetches the token; it is renewed before it expires.
 * @param onGone the platform answered that the installation may not run any more
 */
export function createSession(
  { platform, surface, origin: hostOrigin, init: { installation } }: ShellContext,
  visitor: Visitor,
  onSession: (session: SessionResponse) => void,
  onGone: (message: string) => void,
) {
  let current: Promise<SessionResponse> | undefined;
  /** The last token of the present person, with which a session is renewed. A new object for each person, so that a late answer cannot reach the next person. */
  let person: { previous?: string } = {};

  function drop(): void {
    current = undefined;
  }

  async function open(): Promise<SessionResponse> {
    const mine = person;
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

  /** Fetches a route of this installation with the token. A token that expired early is replaced once. */
  async function call(path: string, init: RequestInit & { headers?: Record<string, string> }, mayRetry = true): Promise<Response> {
    try {
      const { token } = await get();
      return await request(`${platform}/api/modules/${installation}/${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
    } catch (error) {
      const { code, message } = error as RequestError;
      if (code === "gone") onGone(message);
      if (code !== "token_expired" || !mayRetry) throw error;
      drop();
      return call(path, init, false);
    }
  }

  return {
    get,
    call,
    /** The person on the page has changed: the next call opens a new session. */
    identify(): void {
      person = {};
      drop();
    },
  };
}

export type Session = ReturnType<typeof createSession>;
