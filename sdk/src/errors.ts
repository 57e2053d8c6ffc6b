import type { ErrorCode, Permission } from "@dramac/contracts";

/** A brokered call was refused or failed; `code` says which way, the message what to do. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  constructor(
    readonly code: ErrorCode,
    message: string,
    /** The permission that is missing, when that is the reason. */
    readonly permission?: Permission,
  ) {
    super(message);
  }
}

/** The module is being taken off the page; no call will be answered any more. */
export class BridgeClosed extends RequestFailed {
  constructor() {
    super("bridge_closed", "The module has been taken off the page.");
  }
}
