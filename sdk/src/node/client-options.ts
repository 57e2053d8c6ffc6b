/** How a client reaches the platform. */
export interface ClientOptions {
  /** Address of the platform, for example `https://connect.example`. */
  readonly platform: string;
  /** A secret key, `dk_live_…` or `dk_test_…`. It belongs on a server and nowhere else. */
  readonly key: string;
  /** Stands in for the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch;
  /** Milliseconds until one try fails with `timeout`; 10,000 unless given. */
  readonly timeoutMs?: number;
  /** How often a call that may be repeated is tried again; 2 unless given. */
  readonly retries?: number;
  /** The first pause before another try in milliseconds, doubled with each; 250 unless given. */
  readonly backoffMs?: number;
}

/** What can be said of one call. */
export interface CallOptions {
  /** Ends the call, and the pauses between its tries, with the signal's own reason. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}
