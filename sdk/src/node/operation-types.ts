import type { CallOptions } from "./client-options.ts";
import type { Operations } from "./generated/operations.ts";

/** The `operationId` of an operation in `/openapi.json`, for example `client.create`. */
export type OperationId = keyof Operations;

/** What an operation answers with. */
export type Answer<Id extends OperationId> = Operations[Id]["answer"];

/** The operations that answer with one page of a list. */
export type ListId = { [Id in OperationId]: Answer<Id> extends { readonly items: readonly unknown[]; readonly next: string | null } ? Id : never }[OperationId];

/** One item of a list. */
export type Item<Id extends ListId> = Answer<Id> extends { readonly items: readonly (infer One)[] } ? One : never;

/** One part of a call: required when a value in it is required, and absent when the operation has no such part. */
type Part<Id extends OperationId, Name extends "path" | "query" | "body"> = Operations[Id] extends { readonly [Key in Name]: infer Value }
  ? Record<string, never> extends Value
    ? { readonly [Key in Name]?: Value | undefined }
    : { readonly [Key in Name]: Value }
  : { readonly [Key in Name]?: undefined };

/** What a call of an operation takes. */
export type Given<Id extends OperationId> = Part<Id, "path"> &
  Part<Id, "query"> &
  Part<Id, "body"> &
  CallOptions & {
    /** The revision that you have read. The call fails with `precondition_failed` when there is another one by now. */
    readonly ifMatch?: number | string | undefined;
  };

/** The parameters after the operation's id; optional when no part of the call is required. */
export type GivenTo<Id extends OperationId> = Record<string, never> extends Given<Id> ? [given?: Given<Id>] : [given: Given<Id>];
