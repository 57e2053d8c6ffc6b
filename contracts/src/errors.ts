/**
 * All error codes, with their HTTP status and whether a retry may help.
 * Codes are stable, because programs branch on them. The message is written where the error is raised.
 */
export const ERRORS = {
  bad_request: { status: 400, retry: false },
  invalid_json: { status: 400, retry: false },
  invalid_key: { status: 404, retry: false },
  validation_failed: { status: 422, retry: false },
  unauthorized: { status: 401, retry: false },
  token_expired: { status: 401, retry: true },
  /** The assertion about a person is invalid. */
  assertion_refused: { status: 401, retry: false },
  assertion_used: { status: 401, retry: false },
  origin_not_allowed: { status: 403, retry: false },
  permission_denied: { status: 403, retry: false },
  principal_too_low: { status: 403, retry: false },
  suspended: { status: 403, retry: false },
  surface_not_allowed: { status: 403, retry: false },
  collection_denied: { status: 403, retry: false },
  recipient_not_allowed: { status: 403, retry: false },
  host_not_allowed: { status: 403, retry: false },
  not_found: { status: 404, retry: false },
  unknown_operation: { status: 404, retry: false },
  unknown_collection: { status: 404, retry: false },
  method_not_allowed: { status: 405, retry: false },
  conflict: { status: 409, retry: false },
  /* Reasons not to install a module, in the order of the checks. */
  module_not_active: { status: 409, retry: false },
  wrong_install_level: { status: 409, retry: false },
  subscription_required: { status: 402, retry: false },
  already_installed: { status: 409, retry: false },
  dependency_missing: { status: 409, retry: false },
  installation_limit_reached: { status: 409, retry: false },
  gone: { status: 410, retry: false },
  precondition_failed: { status: 412, retry: false },
  payload_too_large: { status: 413, retry: false },
  unsupported_media_type: { status: 415, retry: false },
  quota_exceeded: { status: 429, retry: false },
  rate_limited: { status: 429, retry: true },
  internal: { status: 500, retry: true },
  /* Another host could not be reached, or its answer cannot be passed on. */
  upstream_failed: { status: 502, retry: true },
  not_available_here: { status: 501, retry: false },
  unavailable: { status: 503, retry: true },
  timeout: { status: 504, retry: true },
  /* Codes of the frame; they never become an HTTP status. */
  protocol_mismatch: { status: 0, retry: false },
  malformed_message: { status: 0, retry: false },
  message_too_large: { status: 0, retry: false },
  flooding: { status: 0, retry: false },
  navigated: { status: 0, retry: false },
  unresponsive: { status: 0, retry: true },
  module_error: { status: 0, retry: true },
  module_missing: { status: 0, retry: true },
  unreachable: { status: 0, retry: true },
  bridge_closed: { status: 0, retry: false },
  cancelled: { status: 0, retry: false },
} as const;

export type ErrorCode = keyof typeof ERRORS;

/** RFC 9457 problem details, the body of every refusal. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  /** A sentence that says what to do. */
  readonly detail: string;
  readonly requestId: string;
  /** For `validation_failed`: every issue with its JSON path. */
  readonly faults?: readonly Issue[];
}

export interface Issue {
  readonly path: string;
  readonly message: string;
}
