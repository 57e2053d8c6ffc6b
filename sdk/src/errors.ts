import type { ErrorCode, Permission } from "@dramac/contracts";

/** A call of a module was refused or failed. The message says what to do. */
export class RequestFailed extends Error {
  override readonly name = "RequestFailed";
  constructor(
    /** A stable code to branch on, for example `rate_limited`. */
    readonly code: ErrorCode,
    message: string,
    /** The permission that is missing, with `permission_denied`. */
    readonly permission?: Permission,
  ) {
    super(message);
  }
}

/** The sentence for a refusal that came without one. */
export function adviceFor(code: ErrorCode, permission?: Permission): string {
  if (permission) return `Ask for ${permission} in the manifest and have it granted.`;
  if (code === "rate_limited") return "Too many at once. Wait for answers, or slow down.";
  return code === "unsupported_media_type" ? "Downloads are csv, ics, json, pdf or images." : code;
}

/** The module was removed from the page, with the code `bridge_closed`. No call is answered any more. */
export class BridgeClosed extends RequestFailed {
  constructor() {
    super("bridge_closed", "The module has been taken off the page.");
  }
}
