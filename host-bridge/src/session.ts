import type { ErrorCode, Permission, Problem, SessionResponse } from "@dramac/contracts";

/** The API refused or could not be reached. */
export class ApiFault extends Error {
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly permission?: Permission,
  ) {
    super(message);
  }
}

export interface SessionOptions {
  readonly platform: string;
  readonly installation: string;
  readonly surface: string;
  readonly hostOrigin: string;
  /** The kept credential, `null` when a first one may be issued, `undefined` for a session that owns nothing. */
  askVisitor(): Promise<string | null | undefined>;
  keepVisitor(credential: string | null | undefined): void;
  onSession(session: SessionResponse): void;
}

/** Turns any answer that is no success into an {@link ApiFault}; a network fault is `unreachable`. */
export async function fetchJson<Body>(url: string, init: RequestInit): Promise<Body> {
  const response = await fetch(url, init).catch((fault: Error) => {
    if (init.signal?.aborted) throw new ApiFault("cancelled", "The call was cancelled.");
    throw new ApiFault("unreachable", `The platform cannot be reached (${fault.message}). Try again.`);
  });
  if (response.ok) return (await response.json()) as Body;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem> & { permission?: Permission };
  throw new ApiFault(problem.code ?? "unavailable", problem.detail ?? `The platform answered ${response.status}.`, problem.permission);
}

/** Holds the capability token: fetched with the first call, renewed before it expires, in memory only. */
export function createSession(options: SessionOptions) {
  let current: Promise<SessionResponse> | undefined;
  let assertion: string | null = null;
  let renewAt = 0;

  async function open(): Promise<SessionResponse> {
    const kept = await options.askVisitor();
    try {
      const { platform, installation, surface, hostOrigin } = options;
      const body = { installation, surface, hostOrigin, ...(kept !== undefined && { visitor: kept }), ...(assertion && { assertion }) };
      const session = await fetchJson<SessionResponse>(`${platform}/api/sessions`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      renewAt = Date.now() + (Date.parse(session.expiresAt) - Date.now()) * 0.8;
      options.keepVisitor(session.visitor ?? kept);
      options.onSession(session);
      return session;
    } catch (fault) {
      options.keepVisitor(kept);
      throw fault;
    }
  }

  return {
    get(): Promise<SessionResponse> {
      if (!current || Date.now() >= renewAt) {
        renewAt = Number.POSITIVE_INFINITY;
        current = open().catch((fault: unknown) => {
          current = undefined;
          throw fault;
        });
      }
      return current;
    },
    drop(): void {
      current = undefined;
    },
    identify(jwt: string | null): void {
      assertion = jwt;
      current = undefined;
    },
  };
}

export type Session = ReturnType<typeof createSession>;
