import postgres, { type Options, type Sql, type TransactionSql } from "postgres";

/** PostgreSQL's bigint comes back as `bigint`, always: a type that depended on the value would break sums and comparisons. */
const TYPES = { bigint: { to: 20, from: [20], serialize: (value: bigint) => value.toString(), parse: (text: string) => BigInt(text) } };

type DriverTypes = { bigint: bigint };

/** A pool or a single connection of the driver; never leaves this folder. */
export type Driver = Sql<DriverTypes>;

/**
 * One transaction: a tagged template (`` tx`select …` ``), with `tx(object)` for rows, `tx.json(value)` for jsonb and
 * `tx.savepoint(work)` inside. `bigint` columns are `bigint`, `timestamptz` are `Date`, `jsonb` is parsed, `bytea` is a `Buffer`.
 * A `date` is a `Date` at midnight UTC; `numeric` is a text.
 */
export type Tx = TransactionSql<DriverTypes>;

/** A statement as it is sent. */
export interface SentStatement {
  readonly connection: number;
  readonly text: string;
  readonly parameters: readonly unknown[];
  /** PostgreSQL's type numbers; 0 where the server finds the type. */
  readonly types: readonly number[];
}

export interface DriverOptions {
  readonly max: number;
  /** Off behind a transaction-mode pooler. */
  readonly prepare?: boolean;
  /** Learns the array types at each connection, so that text[] is an array; one query more. */
  readonly arrays?: boolean;
  readonly applicationName: string;
  readonly onStatement?: ((statement: SentStatement) => void) | undefined;
  /** Hears what PostgreSQL says beside its answers; unheard otherwise. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** Opens the driver: connects within 2 s or fails, and after an outage tries again at once, not after a growing pause. */
export function openDriver(url: string, options: DriverOptions): Driver {
  const { onStatement, onNotice } = options;
  const settings: Options<typeof TYPES> = {
    max: options.max,
    prepare: options.prepare ?? true,
    connect_timeout: 2,
    backoff: () => 0.1,
    types: TYPES,
    fetch_types: options.arrays ?? false,
    onnotice: ({ message }) => onNotice?.(message ?? ""),
    connection: { application_name: options.applicationName },
    // The driver puts what it sends in the place of the parameters later, so they are copied.
    ...(onStatement && {
      debug: (connection, text, parameters, types) => onStatement({ connection, text, parameters: [...parameters], types: types as number[] }),
    }),
  };
  return postgres(url, settings) as Driver;
}
