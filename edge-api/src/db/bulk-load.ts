import { openDriver, type Tx } from "./driver.ts";
import { asDatabaseError } from "./transient-failure.ts";

export interface BulkLoad {
  /**
   * Runs work in one transaction as the platform, with the triggers of the named tables off. The caller must update the counts that
   * these triggers keep; notifications are not sent. Foreign keys are checked as usual.
   */
  write<T>(disableTriggersOf: readonly string[], work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Updates the planner's statistics of every table. */
  analyze(): Promise<void>;
  close(): Promise<void>;
}

/** A connection of the tables' owner, for loads of many rows. */
export function openBulkLoad(url: string): BulkLoad {
  const sql = openDriver(url, { max: 1, arrays: true, applicationName: "dramac-load" });
  const mapError = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => Promise.reject(asDatabaseError(error)));
  return {
    write: <T>(disableTriggersOf: readonly string[], work: (tx: Tx) => Promise<T>) =>
      mapError(
        sql.begin(async (tx) => {
          // In a transaction, so that other connections never see a table without its triggers.
          for (const table of disableTriggersOf) await tx`alter table ${tx(table)} disable trigger user`;
          await tx`select set_config('role', 'dramac_platform', true), set_config('app.reason', 'bulk load', true)`;
          const result = await work(tx);
          await tx`select set_config('role', 'none', true)`;
          for (const table of disableTriggersOf) await tx`alter table ${tx(table)} enable trigger user`;
          return { result };
        }),
      ).then(({ result }) => result as T),
    analyze: () => mapError(sql`analyze`.then(() => undefined)),
    close: () => sql.end({ timeout: 5 }),
  };
}
