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
  /** The agency that the path belongs to; empty on the platform's own routes. */
  readonly agencyId: string;
  /** Parameters of the path. The first id exists and belongs to the caller; names that do not end in `Id` are unchecked. */
  readonly ids: Readonly<Record<Names<Path>, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly tx: Tx;
  /** The time of the call, from the clock that subscriptions expire by. */
  readonly now: Date;
  /** The If-Match header, if there is one. */
  readonly ifMatch: string | undefined;
  /** Address and request id of the caller, for records that are written later on its behalf. */
  readonly client: ClientInfo;
  /** Records a change for the audit log. Every operation that changes something must call it. */
  readonly record: (change: Change) => void;
}

/** A request to another system between two transactions, so that no database connection waits for the response. */
export interface ExternalRequest<Call, Prepared, Received, Answer> {
  /** @param prepared the result of `run` */
  send(prepared: Prepared): Promise<Received>;
  /** Runs after the same checks as `run`, in a second transaction: stores the result and answers. */
  complete(call: Call, prepared: Prepared, received: Received): Promise<Answer>;
}

/**
 * One operation of the management API, as data: the router serves it, the description documents it, and tests call all of them.
 * The first part of the path tells who owns it: `admin` is the platform; `agencies`, `clients` and `sites` belong to a tenant.
 */
export interface Operation<Path extends string = string, Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  /** Unique, and the action in the audit log: `client.create`. */
  readonly id: string;
  readonly method: Method;
  readonly path: Path;
  readonly summary: string;
  readonly minimumRole: Role;
  readonly query?: Query;
  readonly body?: Body;
  /** Schema of the answer. An answer with any other field is an internal error and is not sent. */
  readonly answer: z.ZodType;
  /**
   * `ndjson`: the answer is lines of JSON, each of the schema `answer`, and `run` returns an `NdjsonFile`.
   * `csv`: the answer is a table as text, and `run` returns a `CsvFile`.
   */
  readonly answers?: "ndjson" | "csv";
  readonly status?: 200 | 201 | 202;
  /** The error that the caller gets when a constraint of the database is violated, by its name. */
  readonly constraints?: Readonly<Record<string, readonly [code: ErrorCode, sentence: string]>>;
  /**
   * Runs as the platform after the checks of the tenant, for data that agencies share. The operation itself must show only what the
   * agency may see. For paths under `agencies` only.
   */
  readonly crossesTenants?: boolean;
  /** Whether it only reads although its method is not GET. */
  readonly isReadOnly?: boolean;
  /** Whether a suspended agency may still call it. */
  readonly allowedWhenSuspended?: boolean;
  readonly run: (call: Call<Path, z.output<Query>, z.output<Body>>) => Promise<unknown>;
  readonly external?: ExternalRequest<Call<Path, z.output<Query>, z.output<Body>>, unknown, unknown, unknown>;
}

/** Lets TypeScript infer the types of a call from the operation's path and schemas. */
export const operation = <Path extends string, Query extends z.ZodType, Body extends z.ZodType>(given: Operation<Path, Query, Body>): Operation =>
  given as unknown as Operation;

/** The same for an operation with an external request, whose types are inferred, too. */
export const externalOperation = <Path extends string, Query extends z.ZodType, Body extends z.ZodType, Prepared, Received>(
  given: Omit<Operation<Path, Query, Body>, "run" | "external"> & {
    readonly run: (call: Call<Path, z.output<Query>, z.output<Body>>) => Promise<Prepared>;
    readonly external: ExternalRequest<Call<Path, z.output<Query>, z.output<Body>>, Prepared, Received, unknown>;
  },
): Operation => given as unknown as Operation;
