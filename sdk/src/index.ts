export type {
  ConsentClass,
  DocumentPage,
  ListQuery,
  ModuleContext,
  Permission,
  PreparedPrint,
  PrintPage,
  StoredDocument,
  StoredMedia,
  Theme,
} from "@dramac/contracts";
export { BridgeClosed, RequestFailed } from "./errors.ts";
export { connect, type ModuleHandle } from "./connect.ts";
export type { Collection } from "./storage.ts";
