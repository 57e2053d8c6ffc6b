export type { DocumentPage, ErrorCode, Issue, ListQuery, StoredDocument } from "@dramac/contracts";
export { RequestFailed } from "./request-failed.ts";
export type { CallOptions, ClientOptions } from "./client-options.ts";
export { type Client, createClient } from "./create-client.ts";
export type { HeadlessCollection, HeadlessModule } from "./headless-module.ts";
export type { Answer, Given, Item, ListId, OperationId } from "./operation-types.ts";
