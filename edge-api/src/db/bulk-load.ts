import { openDriver, type Tx } from "./driver.ts";
import { asDatabaseError } from "./transient-failure.ts";

export interface BulkLoad {
  /**
   * Runs work in one transaction as the platform, with the triggers of these tables off until it ends: whoever writes a
   * million rows keeps the counts itself, and tells nobody of each row. Foreign keys are held as ever.
   */
  write<T>(silenced: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Has the planner look at every table anew. */
  analyze(): Promise<void>;
  close(): Promise<void>;
}

/** A connection of the tables' owner, for loads that are too large for one row at a time. */
export function openBulkLoad(url: string): BulkLoad {
  const sql = openDriver(url, { max: 1, arrays: true, applicationName: "dramac-load" });
  const orFault = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => Promise.reject(asDatabaseError(error)));
  return {
    write: <T>(silenced: readonly string[], work: (tx: Tx) => Promise<T>) =>
      orFault(
        sql.begin(async (tx) => {
          // In a transaction, so that other connections never see a table without its triggers.
          for (const table of silenced) await tx`alter table ${tx(table)} disable trigger user`;
          await tx`select set_config('role', 'dramac_platform', true), set_config('app.reason', 'bulk load', true)`;
          const result = await work(tx);
          await tx`select set_config('role', 'none', true)`;
          for (const table of silenced) await tx`alter table ${tx(table)} enable trigger user`;
          return { result };
        }),
      ).then(({ result }) => result as T),
    analyze: () => orFault(sql`analyze`.then(() => undefined)),
    close: () => sql.end({ timeout: 5 }),
  };
}
