/**
 * Names what is being sent: the same words keep their id, so that a second try of a message
 * that did arrive is refused as a conflict instead of stored twice. Other words get another id.
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
