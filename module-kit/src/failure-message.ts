/** Says to a member why something was not stored or loaded, and what to do. @param code the code of the `RequestFailed`, if there is one */
export function failureMessage(code: string | undefined, isOnline: boolean): string {
  if (!isOnline) return "You seem to be offline. Nothing is lost: try again when you are back.";
  switch (code) {
    case "rate_limited":
      return "Much at once. Wait a moment and try again.";
    case "validation_failed":
      return "Something in it was not accepted. Check it and try again.";
    case "quota_exceeded":
      return "The storage of this module is full. Ask your agency for more space, then try again.";
    case "timeout":
    case "unreachable":
      return "No answer in time. Please try again.";
    default:
      return "That did not work just now. Please try again.";
  }
}
