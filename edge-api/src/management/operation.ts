import type { ErrorCode, Role } from "@dramac/contracts";
import type { z } from "zod";
import type { Tx } from "../db/database.ts";
import type { KeyHolder } from "../services/api-keys.ts";
import type { Change, ClientInfo } from "../services/audit.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Who calls: the holder of a secret key. */
export type Actor = KeyHolder;

type Names<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}` ? Name | Names<Rest> : never;

/** One call that passed every check, inside its transaction. */
interface Call<Path extends string, Query, Body> {
  readonly actor: Actor;
  /** The tenant that the path leads to; empty on the platform's own routes. */
  readonly agencyId: string;
  /** What stands in the path: ids, of which the first is known to exist and to be the caller's, and what is not called an id, as it came. */
  readonly ids: Readonly<Record<Names<Path>, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly tx: Tx;
  /** The moment, by the clock that what is paid for runs out by. */
  readonly now: Date;
  /** The entity tag that the caller read before, when it sent one. */
  readonly ifMatch: string | undefined;
  /** Where the call came from, for what is recorded later in its name. */
  readonly client: ClientInfo;
  /** Every operation that changes something says what. */
  readonly record: (change: Change) => void;
}

/** Asks somebody else between two transactions, so that no connection waits for them. */
export interface ExternalRequest<Call, Prepared, Received, Answer> {
  /** @param prepared what `run` gave */
  send(prepared: Prepared): Promise<Received>;
  /** Past the same doors once more: writes what came of it, and answers. */
  complete(call: Call, prepared: Prepared, received: Received): Promise<Answer>;
}

/**
 * One operation of the management API, as data: the router serves it, the description documents it, the tests try it whole.
 * The path's first part says whose it is: `admin` the platform's, `agencies`, `clients` and `sites` a tenant's.
 */
export interface Operation<Path extends string = string, Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  /** Also what the audit log calls it: `client.create`. */
  readonly id: string;
  readonly method: Method;
  readonly path: Path;
  readonly summary: string;
  readonly minimumRole: Role;
  readonly query?: Query;
  readonly body?: Body;
  /** Everything that may be answered; a field more is a fault of ours, and never leaves. */
  readonly answer: z.ZodType;
  /**
   * `ndjson`: it answers lines of JSON instead of one JSON, each as `answer` says, and `run` gives `NdjsonFile`.
   * `csv`: it answers a table as text, and `run` gives a `CsvFile`.
   */
  readonly answers?: "ndjson" | "csv";
  readonly status?: 200 | 201 | 202;
  /** What a broken constraint of the database means to the caller. */
  readonly constraints?: Readonly<Record<string, readonly [code: ErrorCode, sentence: string]>>;
  /**
   * Runs as the platform once the tenant's doors are passed, for what agencies share: it must itself keep to what the
   * agency may see. On agencies' paths alone.
   */
  readonly crossesTenants?: boolean;
  /** Whether it only reads, although it is asked with a body. */
  readonly isReadOnly?: boolean;
  /** Whether a suspended agency may still do it. */
  readonly allowedWhenSuspended?: boolean;
  readonly run: (call: Call<Path, z.output<Query>, z.output<Body>>) => Promise<unknown>;
  readonly external?: ExternalRequest<Call<Path, z.output<Query>, z.output<Body>>, unknown, unknown, unknown>;
}

/** Lets TypeScript infer what a call holds from the operation's path and schemas. */
export const operation = <Path extends string, Query extends z.ZodType, Body extends z.ZodType>(given: Operation<Path, Query, Body>): Operation =>
  given as unknown as Operation;

/** The same for one that asks outside: what is prepared and asked is inferred too. */
export const externalOperation = <Path extends string, Query extends z.ZodType, Body extends z.ZodType, Prepared, Received>(
  given: Omit<Operation<Path, Query, Body>, "run" | "outside"> & {
    readonly run: (call: Call<Path, z.output<Query>, z.output<Body>>) => Promise<Prepared>;
    readonly outside: ExternalRequest<Call<Path, z.output<Query>, z.output<Body>>, Prepared, Received, unknown>;
  },
): Operation => given as unknown as Operation;
