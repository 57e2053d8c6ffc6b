export interface Poller {
  /** Starts a round now, or one more round after the one that is running. */
  wake(): void;
  /** Starts no other round; resolves when the running round has ended. */
  stop(): Promise<void>;
}

/**
 * Does work in rounds: at once, at an interval, and when it is woken. Rounds never overlap. After a round that fails the next one
 * starts as usual.
 * @param work asks `shouldStop` between its steps
 */
export function createPoller(
  work: (shouldStop: () => boolean) => Promise<unknown>,
  { everyMs, onError }: { readonly everyMs: number; readonly onError: (error: Error) => void },
): Poller {
  let running: Promise<void> | undefined;
  let isWoken = false;
  let isStopped = false;
  const shouldStop = () => isStopped;

  async function rounds(): Promise<void> {
    do {
      isWoken = false;
      await work(shouldStop).catch(onError);
    } while (isWoken && !isStopped);
  }

  function wake(): void {
    if (isStopped) return;
    isWoken = true;
    running ??= rounds().finally(() => (running = undefined));
  }

  const timer = setInterval(() => running ?? wake(), everyMs);
  wake();
  return {
    wake,
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
