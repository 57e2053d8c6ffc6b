import type { SessionResponse } from "@dramac/contracts";
import { type Fault, post, request } from "./fault.ts";

export interface SessionOptions {
  readonly platform: string;
  readonly installation: string;
  readonly surface: string;
  readonly hostOrigin: string;
  readonly visitor: {
    /** The kept credential, `null` when a first one may be issued, `undefined` for a session that owns nothing. */
    ask(): Promise<string | null | undefined>;
    keep(credential: string | null | undefined): void;
  };
  onSession(session: SessionResponse): void;
  /** The installation may not run any more. */
  onGone(message: string): void;
}

/** Holds the capability token, in memory only: fetched with the first call, renewed before it expires, shown with each. */
export function createSession({ platform, installation, surface, hostOrigin, visitor, onSession, onGone }: SessionOptions) {
  let current: Promise<SessionResponse> | undefined;
  let assertion: string | undefined;
  let renewAt = 0;

  async function open(): Promise<SessionResponse> {
    let credential = await visitor.ask();
    try {
      const answer = await request(`${platform}/api/sessions`, post({ installation, surface, hostOrigin, visitor: credential, assertion }));
      const session = (await answer.json()) as SessionResponse;
      renewAt = Date.now() + (Date.parse(session.expiresAt) - Date.now()) * 0.8;
      credential = session.visitor ?? credential;
      onSession(session);
      return session;
    } finally {
      visitor.keep(credential);
    }
  }

  function get(): Promise<SessionResponse> {
    if (!current || Date.now() >= renewAt) {
      renewAt = Number.POSITIVE_INFINITY;
      current = open().catch((fault: unknown) => {
        current = undefined;
        throw fault;
      });
    }
    return current;
  }

  /** Fetches one of this installation's routes with the token; a token that ran out early is replaced once. */
  async function call(path: string, init: RequestInit & { headers?: Record<string, string> }, again = true): Promise<Response> {
    try {
      const { token } = await get();
      return await request(`${platform}/api/modules/${installation}/${path}`, { ...init, headers: { ...init.headers, authorization: `Bearer ${token}` } });
    } catch (fault) {
      const { code, message } = fault as Fault;
      if (code === "gone") onGone(message);
      if (code !== "token_expired" || !again) throw fault;
      current = undefined;
      return call(path, init, false);
    }
  }

  return {
    get,
    call,
    /** What is called from here on is called as somebody else. */
    identify(jwt: string | null): void {
      assertion = jwt ?? undefined;
      current = undefined;
    },
  };
}

export type Session = ReturnType<typeof createSession>;
