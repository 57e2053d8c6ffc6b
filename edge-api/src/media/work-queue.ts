import { ApiError } from "../http/api-error.ts";
import { createSlotCounter, type SlotLimit } from "../http/slot-counter.ts";

/**
 * Runs a limited number of tasks at once, in total and for one key. The others wait, first come, first served.
 * The returned function runs a task. @throws ApiError `rate_limited` when the queue is full
 */
export function createWorkQueue({ maxRunning, maxRunningPerKey, maxWaiting }: { maxRunning: number; maxRunningPerKey: number; maxWaiting: number }) {
  const slots = createSlotCounter();
  const waiting: { limits: readonly SlotLimit[]; start: (release: () => void) => void }[] = [];

  function startNext(): void {
    const next = waiting.findIndex(({ limits }) => !slots.findFull(limits));
    const [one] = next < 0 ? [] : waiting.splice(next, 1);
    one?.start(slots.acquire(one.limits));
  }

  return async function enqueue<T>(key: string, work: () => Promise<T>): Promise<T> {
    const limits = [
      { key: "all", max: maxRunning },
      { key: `key ${key}`, max: maxRunningPerKey },
    ];
    const isFull = slots.findFull(limits) !== undefined;
    if (isFull && waiting.length >= maxWaiting) throw new ApiError("rate_limited", "Many files are on their way. Try again in a moment.");
    const release = isFull ? await new Promise<() => void>((start) => waiting.push({ limits, start })) : slots.acquire(limits);
    try {
      return await work();
    } finally {
      release();
      startNext();
    }
  };
}
