/**
 * Calls back for whatever was not settled in time, with one timer for all:
 * setting and clearing one per call takes a tenth of a busy module's thread.
 */
export function createDeadlines(onLate: (id: number) => void) {
  const ends = new Map<number, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wakeAt = Number.POSITIVE_INFINITY;

  function wakeBy(end: number): void {
    if (end >= wakeAt) return;
    clearTimeout(timer);
    wakeAt = end;
    timer = setTimeout(wake, end - performance.now());
  }

  function wake(): void {
    const now = performance.now();
    wakeAt = Number.POSITIVE_INFINITY;
    for (const [id, end] of [...ends]) {
      if (end > now) wakeBy(end);
      else {
        ends.delete(id);
        onLate(id);
      }
    }
  }

  return {
    set(id: number, afterMs: number): void {
      const end = performance.now() + afterMs;
      ends.set(id, end);
      wakeBy(end);
    },
    settle: (id: number) => ends.delete(id),
  };
}
