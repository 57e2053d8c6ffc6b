export type {
  ConsentClass,
  DocumentPage,
  ErrorCode,
  FieldFilter,
  ListQuery,
  MediaType,
  Method,
  ModuleContext,
  Permission,
  PreparedPrint,
  PrintPage,
  StoredDocument,
  StoredMedia,
  Theme,
} from "@dramac/contracts";
export { type ConnectOptions, connect } from "./connect.ts";
export { BridgeClosed, RequestFailed } from "./errors.ts";
export type { ModuleEvents, ModuleHandle, UploadOptions } from "./module-handle.ts";
export type { RequestOptions } from "./requests.ts";
export type { Collection, DocumentChange } from "./storage.ts";
