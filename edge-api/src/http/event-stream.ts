const MAX_BUFFERED_BYTES = 65_536;

/** What a stream needs of the response that it is written to. */
export interface EventStreamTarget {
  /** Settles when the reader has taken it. */
  write(text: string): Promise<unknown>;
  onAbort(listener: () => void): void;
}

export interface EventStreamSource {
  /** Subscribes; `send` writes an event, `end` ends the stream so that its reader comes again. Returns the undo. */
  subscribe(send: (data: unknown) => void, close: () => void): () => void;
  /** Rejects once the reader may not read any more; asked as soon as it follows, and with every sign of life. */
  recheckAccess(): Promise<unknown>;
  /** Closes the connection of a reader that takes nothing. */
  destroyConnection(): void;
}

export interface EventStreamTimes {
  /** Between two signs of life; default 15,000 ms. */
  readonly heartbeatMs?: number;
  /** How long one stream lasts; default 240,000 ms. */
  readonly maxDurationMs?: number;
  /** What is left to be read is waited for this long at the end; default 1,000 ms. */
  readonly graceMs?: number;
}

/**
 * Writes server-sent events until the reader goes or is refused, until `end` is called, or until the time is over.
 * A reader that leaves more than 64 KB waiting, or anything from one sign of life to the next, is broken off.
 */
export async function openEventStream(
  target: EventStreamTarget,
  { subscribe: follow, recheckAccess: recheck, destroyConnection: breakOff }: EventStreamSource,
  times: EventStreamTimes = {},
): Promise<void> {
  const { heartbeatMs: beatMs = 15_000, maxDurationMs: lastsMs = 240_000, graceMs = 1_000 } = times;
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

  const unsubscribe = subscribe((data) => write(`data: ${JSON.stringify(data)}\n\n`), close);
  // Whoever lost the right after it was found good, and before `follow` could be told, is told by nobody else.
  recheckAccess().catch(close);
  const heartbeat = setInterval(() => {
    if (bufferedBytes > 0) return close();
    write(": here\n\n");
    recheckAccess().catch(close);
  }, heartbeatMs);
  const expiry = setTimeout(close, maxDurationMs);
  target.onAbort(close);
  write(": here\n\n");
  await closed;
  clearInterval(heartbeat);
  clearTimeout(expiry);
  unsubscribe();
  setTimeout(() => bufferedBytes > 0 && destroyConnection(), graceMs).unref();
}
