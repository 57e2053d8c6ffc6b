const MOST_WAITING_BYTES = 65_536;

/** What a stream needs of the response that it is written to. */
export interface StreamTarget {
  /** Settles when the reader has taken it. */
  write(text: string): Promise<unknown>;
  onAbort(listener: () => void): void;
}

export interface HeldStream {
  /** Subscribes; `send` writes an event, `end` ends the stream so that its reader comes again. Returns the undo. */
  follow(send: (data: unknown) => void, end: () => void): () => void;
  /** Rejects once the reader may not read any more; asked as soon as it follows, and with every sign of life. */
  recheck(): Promise<unknown>;
  /** Closes the connection of a reader that takes nothing. */
  breakOff(): void;
}

export interface StreamTimes {
  /** Between two signs of life; default 15,000 ms. */
  readonly beatMs?: number;
  /** How long one stream lasts; default 240,000 ms. */
  readonly lastsMs?: number;
  /** What is left to be read is waited for this long at the end; default 1,000 ms. */
  readonly graceMs?: number;
}

/**
 * Writes server-sent events until the reader goes or is refused, until `end` is called, or until the time is over.
 * A reader that leaves more than 64 KB waiting, or anything from one sign of life to the next, is broken off.
 */
export async function holdStream(target: StreamTarget, { follow, recheck, breakOff }: HeldStream, times: StreamTimes = {}): Promise<void> {
  const { beatMs = 15_000, lastsMs = 240_000, graceMs = 1_000 } = times;
  let waiting = 0;
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));

  function write(text: string): void {
    if (waiting + text.length > MOST_WAITING_BYTES) return end();
    waiting += text.length;
    void target.write(text).then(
      () => (waiting -= text.length),
      () => end(),
    );
  }

  const stop = follow((data) => write(`data: ${JSON.stringify(data)}\n\n`), end);
  // Whoever lost the right after it was found good, and before `follow` could be told, is told by nobody else.
  recheck().catch(end);
  const beat = setInterval(() => {
    if (waiting > 0) return end();
    write(": here\n\n");
    recheck().catch(end);
  }, beatMs);
  const limit = setTimeout(end, lastsMs);
  target.onAbort(end);
  write(": here\n\n");
  await ended;
  clearInterval(beat);
  clearTimeout(limit);
  stop();
  setTimeout(() => waiting > 0 && breakOff(), graceMs).unref();
}
