import { setTimeout as sleep } from "node:timers/promises";
import { isUuid } from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import { openDriver, type SentStatement, type Tx } from "./driver.ts";
import { DatabaseError, DatabaseUnavailable } from "./errors.ts";
import { createInvalidationListener, type ListenerTimes } from "./invalidation-listener.ts";
import { createRenewablePool } from "./renewable-pool.ts";
import { runInContext, type TransactionContext, type TransactionLimits } from "./tenant-transaction.ts";
import { asDatabaseError } from "./transient-failure.ts";
import { dropUsagePartitions, dropUsageRollups, ensureUsagePartitions } from "./usage-partitions.ts";

export type { SentStatement, Tx } from "./driver.ts";

export interface DatabaseOptions extends Partial<TransactionLimits> {
  readonly url: string;
  /** Needed when `url` leads through a transaction-mode pooler: LISTEN and migrations go there, and prepared statements stay off. */
  readonly directUrl?: string;
  /** Connections of the pool; default 10. The listener adds two. */
  readonly max?: number;
  /** For tests of the listener. */
  readonly listenerTimes?: ListenerTimes;
  /** Called with every statement of the pool, for tests of query plans. */
  readonly onStatement?: ((statement: SentStatement) => void) | undefined;
  /** Called with PostgreSQL's notices to the pool, for the same tests. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** The only access to the database. */
export interface Database {
  /**
   * Runs work in one transaction that sees only one agency's rows. Commits when it resolves, rolls back when it throws.
   * @throws DatabaseError `bad_context` when the id is no UUID; `DatabaseUnavailable`; else what the work or PostgreSQL threw.
   */
  withTenant<T>(agencyId: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /** The same across all agencies, for the platform's own work. The reason is a short phrase: it is logged, and readable as `app.reason`. */
  withPlatform<T>(reason: string, work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * Listens to a channel (`dramac_changed`, `dramac_documents`). Calls `onReset` when notifications may have been lost.
   * @returns when the connection listens, a function that stops listening
   */
  listen(channel: string, onPayload: (payload: string) => void, onReset: () => void): Promise<() => Promise<void>>;
  /** Whether notifications arrive at present. While they do not, cached values may be outdated. */
  isListening(): boolean;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Makes the day partitions of the usage events, as the tables' owner. Returns how many were new. */
  ensureUsagePartitions(from: Date, days: number): Promise<number>;
  /** Drops the day partitions that end before a day. Returns how many. */
  dropUsagePartitions(before: Date): Promise<number>;
  /** Drops the month partitions of the hourly and daily rollups that end before the months of two days. Returns how many. */
  dropUsageRollups(before: { readonly hourly: Date; readonly daily: Date }): Promise<number>;
  /** Waits up to five seconds for running transactions, then closes all connections. A second call does nothing more. */
  close(): Promise<void>;
}

const CLOSE_TIMEOUT_MS = 5_000;

/** Opens a pool; connections are made when they are first needed, and again after an outage. */
export function connectDatabase(options: DatabaseOptions): Database {
  const { url, directUrl, max = 10, beginTimeoutMs = 3_000, statementTimeoutMs = 15_000 } = options;
  const limits: TransactionLimits = { beginTimeoutMs, statementTimeoutMs };
  const pool = createRenewablePool(() =>
    openDriver(url, {
      max,
      prepare: directUrl === undefined,
      arrays: true,
      applicationName: "dramac-edge",
      onStatement: options.onStatement,
      onNotice: options.onNotice,
    }),
  );
  const listener = createInvalidationListener(directUrl ?? url, options.listenerTimes);
  const logger = getLogger(["dramac", "db"]);
  let closing: Promise<void> | undefined;

  const running = new Set<Promise<unknown>>();

  function run<T>(context: TransactionContext, work: (tx: Tx) => Promise<T>): Promise<T> {
    if (closing) return Promise.reject(new DatabaseUnavailable());
    const transaction = runInContext(pool, context, limits, work);
    running.add(transaction);
    const forget = (): void => void running.delete(transaction);
    transaction.then(forget, forget);
    return transaction;
  }

  async function close(): Promise<void> {
    const timeout = new AbortController();
    await Promise.race([Promise.allSettled(running), sleep(CLOSE_TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined)]);
    timeout.abort();
    await Promise.all([listener.close(), pool.end()]);
  }

  return {
    async withTenant(agencyId, work) {
      if (!isUuid(agencyId)) throw new DatabaseError("bad_context", "withTenant needs an agency's UUID; nothing was run.");
      return run({ role: "dramac_app", setting: "app.agency", value: agencyId }, work);
    },
    async withPlatform(reason, work) {
      if (reason.trim() === "") throw new DatabaseError("bad_context", 'withPlatform needs a reason, for example "plan look-up"; nothing was run.');
      logger.debug("platform transaction: {reason}", { reason });
      return run({ role: "dramac_platform", setting: "app.reason", value: reason }, work);
    },
    listen: listener.listen,
    isListening: listener.isListening,
    ping: () => run({ role: "dramac_platform", setting: "app.reason", value: "ping" }, async () => undefined),
    ensureUsagePartitions: (from, days) => owner(() => ensureUsagePartitions(pool.current(), from, days)),
    dropUsagePartitions: (before) => owner(() => dropUsagePartitions(pool.current(), before)),
    dropUsageRollups: (before) => owner(() => dropUsageRollups(pool.current(), before)),
    close: () => (closing ??= close()),
  };
}

async function owner<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDatabaseError(error);
  }
}
