export type { DocumentPage, ErrorCode, FieldFilter, Issue, ListQuery, Method, StoredDocument } from "@dramac/contracts";
export type { RequestOptions } from "../requests.ts";
export type { CallOptions, ClientOptions } from "./client-options.ts";
export { type Client, createClient } from "./create-client.ts";
export type { HeadlessCollection, HeadlessModule } from "./headless-module.ts";
export type { Answer, Given, GivenTo, Item, ListId, OperationId } from "./operation-types.ts";
export { RequestFailed } from "./request-failed.ts";
