import type { Driver, Tx } from "./driver.ts";
import { DatabaseUnavailable } from "./errors.ts";
import { isConnectionLost, isSocketFailure } from "./transient-failure.ts";

/** The part of the driver's queries that we replace: the function that runs a query. */
interface Runnable {
  handler(query: Rejectable): unknown;
}
interface Rejectable extends PromiseLike<unknown> {
  reject(error: unknown): void;
}

/**
 * `sql.begin`, made safe against a connection that is lost inside the transaction.
 *
 * The driver (postgres 3.4.9) sends the next statement, and the final `rollback` too, to the closed socket.
 * That throws outside of any promise and ends the process. So after a loss no query runs any more, the driver's own
 * transaction never ends, and the caller gets `DatabaseUnavailable`.
 */
export function beginGuarded<T>(sql: Driver, work: (tx: Tx) => Promise<T>): Promise<T> {
  let isLost = false;
  let markLost: (cause: unknown) => void = () => undefined;
  const lost = new Promise<never>((_, reject) => {
    markLost = (cause) => {
      isLost = true;
      reject(new DatabaseUnavailable(cause));
    };
  });
  lost.catch(() => undefined);

  const transaction = sql.begin((tx) => finishUnlessLost(() => work(guard(tx))).then((result) => ({ result })));
  transaction.catch((error: unknown) => isConnectionLost(error) && markLost(error));
  return Promise.race([transaction.then(({ result }) => result as T), lost]);

  /** After a loss neither commit nor rollback may run: the driver's promise stays pending, and no one waits for it. */
  async function finishUnlessLost<R>(run: () => Promise<R>): Promise<R> {
    try {
      const result = await run();
      return isLost ? await lost.catch(never) : result;
    } catch (error) {
      return isLost ? await never() : Promise.reject(error);
    }
  }

  function guard(tx: Tx): Tx {
    return new Proxy(tx, {
      apply: (target, self, args) => guardQuery(Reflect.apply(target, self, args)),
      get(target, name, receiver) {
        if (name === "savepoint") return savepoint;
        const value: unknown = Reflect.get(target, name, receiver);
        if (name !== "unsafe" && name !== "file") return value;
        return (...args: unknown[]) => guardQuery((value as (...given: unknown[]) => unknown)(...args));
      },
    });

    function savepoint(nameOrWork: string | ((inner: Tx) => unknown), named?: (inner: Tx) => unknown): Promise<unknown> {
      const inner = typeof nameOrWork === "function" ? nameOrWork : named;
      if (!inner) throw new TypeError("savepoint needs a function.");
      if (isLost) return lost;
      const run = (deeper: Tx) => finishUnlessLost(async () => inner(guard(deeper)));
      return Promise.race([typeof nameOrWork === "string" ? tx.savepoint(nameOrWork, run) : tx.savepoint(run), lost]);
    }
  }

  function guardQuery(made: unknown): unknown {
    if (!isRunnable(made)) return made;
    const run = made.handler;
    made.handler = (query) => {
      if (isLost) return query.reject(new DatabaseUnavailable());
      query.then(undefined, (error: unknown) => (isConnectionLost(error) || isSocketFailure(error)) && markLost(error));
      return run(query);
    };
    return made;
  }
}

const never = (): Promise<never> => new Promise(() => undefined);

function isRunnable(made: unknown): made is Runnable {
  return typeof made === "object" && made !== null && "handler" in made && typeof made.handler === "function";
}
