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

/** What to do about a refusal that came without a sentence of its own. */
export function adviceFor(code: ErrorCode, permission?: Permission): string {
  if (permission) return `Ask for ${permission} in the manifest and have it granted.`;
  if (code === "rate_limited") return "Too many at once. Wait for answers, or slow down.";
  return code === "unsupported_media_type" ? "Downloads are csv, ics, json, pdf or images." : code;
}

/** The module is being taken off the page; no call will be answered any more. */
export class BridgeClosed extends RequestFailed {
  constructor() {
    super("bridge_closed", "The module has been taken off the page.");
  }
}
