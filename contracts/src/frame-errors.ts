/** Messages for fatal errors of a frame whose code explains everything. Shown on the page, in its events and in error reports. */
export const FRAME_ERRORS = {
  bridge_closed: "Taken off the page.",
  flooding: "The module sent far more messages than any module needs.",
  navigated: "The module's frame tried to go somewhere else.",
  origin_not_allowed: "Add this page's origin to the origins of its surface.",
  protocol_mismatch: "The two sides speak no common version of the protocol. Reload the page, or rebuild the module with a current SDK.",
  resize_loop: "The module kept growing and shrinking; it may only grow now.",
  timeout: "The module was not ready in time.",
  unresponsive: "The module stopped answering.",
} as const;

export type FrameErrorCode = keyof typeof FRAME_ERRORS;

/** The message of a code, if there is one. */
export const frameErrorMessage = (code: string | undefined): string | undefined => FRAME_ERRORS[code as FrameErrorCode];
