import postgres, { type Options, type Sql, type TransactionSql } from "postgres";

/** PostgreSQL's bigint is always read as `bigint`: a type that depends on the value would break sums and comparisons. */
const TYPES = { bigint: { to: 20, from: [20], serialize: (value: bigint) => value.toString(), parse: (text: string) => BigInt(text) } };

type DriverTypes = { bigint: bigint };

/** A pool or a single connection of the driver. Only this folder uses it. */
export type Driver = Sql<DriverTypes>;

/**
 * One transaction: a tagged template (`` tx`select …` ``), with `tx(object)` for rows, `tx.json(value)` for jsonb and
 * `tx.savepoint(work)` inside. `bigint` columns are `bigint`, `timestamptz` are `Date`, `jsonb` is parsed, `bytea` is a `Buffer`.
 * A `date` is a `Date` at midnight UTC; `numeric` is a string.
 */
export type Tx = TransactionSql<DriverTypes>;

/** A statement as it is sent. */
export interface SentStatement {
  readonly connection: number;
  readonly text: string;
  readonly parameters: readonly unknown[];
  /** PostgreSQL's type OIDs; 0 where the server infers the type. */
  readonly types: readonly number[];
}

export interface DriverOptions {
  readonly max: number;
  /** Off behind a transaction-mode pooler. */
  readonly prepare?: boolean;
  /** Reads the array types on each connection, so that text[] is an array. It costs one query more. */
  readonly arrays?: boolean;
  readonly applicationName: string;
  readonly onStatement?: ((statement: SentStatement) => void) | undefined;
  /** Called with PostgreSQL's notices. Default: they are dropped. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** Opens the driver. It connects within 2 s or fails, and after an outage it tries again at once, without a growing delay. */
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
    // The driver replaces the parameters by their serialised form later, so they are copied.
    ...(onStatement && {
      debug: (connection, text, parameters, types) => onStatement({ connection, text, parameters: [...parameters], types: types as number[] }),
    }),
  };
  return postgres(url, settings) as Driver;
}
