import type { Driver } from "./driver.ts";

export interface RenewablePool {
  current(): Driver;
  /** Replaces a pool that is stuck. Does nothing when another caller already replaced it. */
  renew(stuck: Driver): void;
  /** Closes the pool at once. Wait for running transactions first. */
  end(): Promise<void>;
}

/**
 * A pool that can be replaced. The driver (postgres 3.4.9) leaves a connection unable to send anything
 * when its socket closed while bytes were waiting. Every later attempt on that connection ends with a connect time-out.
 */
export function createRenewablePool(open: () => Driver): RenewablePool {
  let pool = open();
  let ended = false;
  return {
    current: () => pool,
    renew(stuck) {
      if (pool !== stuck || ended) return;
      pool = open();
      void stuck.end({ timeout: 30 });
    },
    async end() {
      ended = true;
      await pool.end({ timeout: 0 });
    },
  };
}
