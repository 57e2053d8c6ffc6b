/**
 * Calls back for every id that was not cleared in time. One timer serves all ids, because
 * setting and clearing one timer for each call takes a tenth of a busy module's thread.
 */
export function createDeadlines(onLate: (id: number) => void) {
  const dueTimes = new Map<number, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let wakeAt = Number.POSITIVE_INFINITY;

  function wakeBy(due: number): void {
    if (due >= wakeAt) return;
    clearTimeout(timer);
    wakeAt = due;
    timer = setTimeout(wake, due - performance.now());
  }

  function wake(): void {
    const now = performance.now();
    wakeAt = Number.POSITIVE_INFINITY;
    for (const [id, due] of [...dueTimes]) {
      if (due > now) wakeBy(due);
      else {
        dueTimes.delete(id);
        onLate(id);
      }
    }
  }

  return {
    set(id: number, afterMs: number): void {
      const due = performance.now() + afterMs;
      dueTimes.set(id, due);
      wakeBy(due);
    },
    clear: (id: number) => dueTimes.delete(id),
  };
}
