const MAX_BUFFERED_BYTES = 65_536;
const HEARTBEAT = ": here\n\n";

/** The response that a stream is written to. */
export interface EventStreamTarget {
  /** Resolves when the reader has taken the text. */
  write(text: string): Promise<unknown>;
  onAbort(listener: () => void): void;
}

export interface EventStreamSource {
  /**
   * Subscribes to events: `send` writes one, `close` ends the stream, and the reader then reconnects.
   * @returns a function that ends the subscription
   */
  subscribe(send: (data: unknown) => void, close: () => void): () => void;
  /** Rejects once the reader has lost the right to read. Called right after subscribing and with every heartbeat. */
  recheckAccess(): Promise<unknown>;
  /** Closes the connection of a reader that does not read. */
  destroyConnection(): void;
}

export interface EventStreamTimes {
  /** Time between two heartbeats; default 15,000 ms. */
  readonly heartbeatMs?: number;
  /** How long one stream lasts; default 240,000 ms. */
  readonly maxDurationMs?: number;
  /** How long a closed stream waits for the reader to take what is buffered; default 1,000 ms. */
  readonly graceMs?: number;
}

/**
 * Writes server-sent events until the reader disconnects or loses its access, `close` is called, or the time is over.
 * The connection is destroyed when the reader leaves more than 64 KB unread, or has not taken one heartbeat when the next is due.
 */
export async function openEventStream(target: EventStreamTarget, source: EventStreamSource, times: EventStreamTimes = {}): Promise<void> {
  const { heartbeatMs = 15_000, maxDurationMs = 240_000, graceMs = 1_000 } = times;
  let bufferedBytes = 0;
  let close: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => (close = resolve));

  function write(text: string): void {
    if (bufferedBytes + text.length > MAX_BUFFERED_BYTES) return close();
    bufferedBytes += text.length;
    void target.write(text).then(
      () => (bufferedBytes -= text.length),
      () => close(),
    );
  }

  const unsubscribe = source.subscribe((data) => write(`data: ${JSON.stringify(data)}\n\n`), close);
  // Access that was withdrawn between the first check and the subscription causes no event: only this check finds it.
  source.recheckAccess().catch(close);
  const heartbeat = setInterval(() => {
    if (bufferedBytes > 0) return close();
    write(HEARTBEAT);
    source.recheckAccess().catch(close);
  }, heartbeatMs);
  const expiry = setTimeout(close, maxDurationMs);
  target.onAbort(close);
  write(HEARTBEAT);
  await closed;
  clearInterval(heartbeat);
  clearTimeout(expiry);
  unsubscribe();
  setTimeout(() => bufferedBytes > 0 && source.destroyConnection(), graceMs).unref();
}
