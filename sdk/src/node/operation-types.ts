import type { CallOptions } from "./client-options.ts";
import type { Operations } from "./generated/operations.ts";

/** The name of an operation, as `/openapi.json` has it: `client.create`. */
export type OperationId = keyof Operations;

export type Answer<Id extends OperationId> = Operations[Id]["answer"];

/** The operations that answer with pages. */
export type ListId = { [Id in OperationId]: Answer<Id> extends { readonly items: readonly unknown[]; readonly next: string | null } ? Id : never }[OperationId];

export type Item<Id extends ListId> = Answer<Id> extends { readonly items: readonly (infer One)[] } ? One : never;

/** One part of a call: required where something in it is, absent where the operation knows none. */
type Part<Id extends OperationId, Name extends "path" | "query" | "body"> = Operations[Id] extends { readonly [Key in Name]: infer Value }
  ? Record<string, never> extends Value
    ? { readonly [Key in Name]?: Value | undefined }
    : { readonly [Key in Name]: Value }
  : { readonly [Key in Name]?: undefined };

/** What an operation is given. */
export type Given<Id extends OperationId> = Part<Id, "path"> &
  Part<Id, "query"> &
  Part<Id, "body"> &
  CallOptions & {
    /** The revision that was read before: when it is another by now, the call fails with `precondition_failed`. */
    readonly ifMatch?: number | string | undefined;
  };

/** Left out where nothing has to be given. */
export type GivenTo<Id extends OperationId> = Record<string, never> extends Given<Id> ? [given?: Given<Id>] : [given: Given<Id>];
