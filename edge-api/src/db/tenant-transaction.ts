import type { Tx } from "./driver.ts";
import { DatabaseError, DatabaseUnavailable } from "./errors.ts";
import { beginGuarded } from "./guarded-transaction.ts";
import type { RenewablePool } from "./renewable-pool.ts";
import { asDatabaseError, asWorkError, failureCode } from "./transient-failure.ts";

/** The two roles that transactions run as. */
type ContextRole = "dramac_app" | "dramac_platform";

export interface TransactionContext {
  readonly role: ContextRole;
  /** The tenant's id, or the reason. */
  readonly setting: "app.agency" | "app.reason";
  readonly value: string;
}

export interface TransactionLimits {
  /** How long a caller may wait until its transaction has begun. */
  readonly beginTimeoutMs: number;
  /** How long one statement may run. */
  readonly statementTimeoutMs: number;
}

/** A closed connection of the pool is noticed only when it is used. Nothing was done on it then, so another one may be tried. */
const ATTEMPTS = 3;
const DEAD_CONNECTION = /^(?:57P0.|CONNECTION_CLOSED|ECONNRESET|EPIPE)$/;

/**
 * Runs work in one transaction with a role and a context that end with the transaction.
 * The first statement sets both locally, so even a superuser's connection has only the rights of the role.
 * The work runs at most once.
 */
export async function runInContext<T>(pool: RenewablePool, context: TransactionContext, limits: TransactionLimits, work: (tx: Tx) => Promise<T>): Promise<T> {
  const start = deadline(limits.beginTimeoutMs);
  try {
    for (let attempt = 1; ; attempt++) {
      const sql = pool.current();
      const transaction = beginGuarded(sql, async (tx) => {
        await enter(tx, context, limits);
        start.reach();
        return work(tx);
      });
      transaction.catch(() => undefined);
      try {
        return await Promise.race([transaction, start.missed]);
      } catch (error) {
        const code = failureCode(error);
        if (code === "CONNECT_TIMEOUT") pool.renew(sql);
        if (start.isReached() || attempt === ATTEMPTS || !DEAD_CONNECTION.test(code ?? "")) throw error;
      }
    }
  } catch (error) {
    throw start.isReached() ? asWorkError(error) : asDatabaseError(error);
  } finally {
    start.cancel();
  }
}

/** `set_config('role', …, true)` is SET LOCAL ROLE. One statement for all settings saves three round trips. */
async function enter(tx: Tx, { role, setting, value }: TransactionContext, limits: TransactionLimits): Promise<void> {
  try {
    await tx`select set_config('role', ${role}, true), set_config(${setting}, ${value}, true),
      set_config('statement_timeout', ${String(limits.statementTimeoutMs)}, true),
      set_config('idle_in_transaction_session_timeout', ${String(limits.statementTimeoutMs * 2)}, true)`;
  } catch (error) {
    const code = failureCode(error);
    if (code === "22023" || code === "42501") {
      throw new DatabaseError(
        "roles_missing",
        `The login of this database may not act as ${role}: run the migrations with it, or have an administrator run "grant ${role} to" it.`,
        { cause: error },
      );
    }
    throw error;
  }
}

/** A transaction that gets its connection too late must not do its work any more, because the caller has already got an error. */
function deadline(limitMs: number) {
  let reached = false;
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const missed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(new DatabaseUnavailable());
    }, limitMs);
  });
  missed.catch(() => undefined);
  const cancel = (): void => clearTimeout(timer);
  return {
    missed,
    cancel,
    isReached: () => reached,
    reach(): void {
      if (late) throw new DatabaseUnavailable();
      reached = true;
      cancel();
    },
  };
}
