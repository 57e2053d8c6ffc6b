/** How a client connects to the platform. */
export interface ClientOptions {
  /** Address of the platform, for example `https://connect.example`. */
  readonly platform: string;
  /** A secret key, `dk_live_…` or `dk_test_…`. Keep it on a server. */
  readonly key: string;
  /** Used instead of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds until one try fails with `timeout`; 10,000 unless given. */
  readonly timeoutMs?: number;
  /** How many times a call that may be repeated is tried again; 2 unless given. */
  readonly retries?: number;
  /** The first pause before another try in milliseconds, doubled with each; 250 unless given. */
  readonly backoffMs?: number;
}

/** Options that every call takes. */
export interface CallOptions {
  /** Cancels the call, and the pauses between its tries. The call then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds until one try fails with `timeout`; the client's own value unless given. */
  readonly timeoutMs?: number | undefined;
}
