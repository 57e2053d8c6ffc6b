/** Tells a visitor why the message was not stored, and what to do. @param code the code of the `RequestFailed`, if there is one */
export function failureMessage(code: string | undefined, isOnline: boolean): string {
  if (!isOnline) return "You seem to be offline. What you wrote is still here: try again when you are back.";
  switch (code) {
    case "rate_limited":
      return "Many messages at once. Nothing is lost: wait a moment and try again.";
    case "validation_failed":
      return "Something in the message was not accepted. Check it and try again.";
    case "timeout":
    case "unreachable":
      return "No answer in time. What you wrote is still here: please try again.";
    default:
      return "The message could not be sent just now. What you wrote is still here: please try again.";
  }
}
