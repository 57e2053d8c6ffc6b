/**
 * Gives each message an id. Sending the same message again uses the same id, so the storage refuses it
 * as a conflict instead of storing it twice. A changed message gets another id.
 */
export function createAttempts(createId: () => string) {
  let last: string | undefined;
  let id = "";
  return function nameOf(message: object): string {
    const now = JSON.stringify(message);
    if (now !== last) {
      last = now;
      id = createId();
    }
    return id;
  };
}
