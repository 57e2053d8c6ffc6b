export interface Poller {
  /** Has it done at once, or once more when it is being done. */
  wake(): void;
  /** Begins no other round; resolves when the one that is being done has come to an end. */
  stop(): Promise<void>;
}

/**
 * Does some work now, every so often, and when it is asked for: one round at a time, until it is stopped. One round's fault keeps
 * the next one from nothing.
 * @param work asks between two of its steps whether it is over
 */
export function createPoller(
  work: (shouldStop: () => boolean) => Promise<unknown>,
  { everyMs, onError }: { readonly everyMs: number; readonly onError: (fault: Error) => void },
): Poller {
  let running: Promise<void> | undefined;
  let isAsked = false;
  let isStopped = false;
  const shouldStop = () => isStopped;

  async function rounds(): Promise<void> {
    do {
      isAsked = false;
      await work(shouldStop).catch(onError);
    } while (isAsked && !isStopped);
  }

  function kick(): void {
    if (isStopped) return;
    isAsked = true;
    running ??= rounds().finally(() => (running = undefined));
  }

  const timer = setInterval(() => running ?? kick(), everyMs);
  kick();
  return {
    wake: kick,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
