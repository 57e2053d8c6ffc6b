import { ApiError } from "../http/api-error.ts";

/**
 * Lets only so many work at once, and only so many of them for one key; the others stand in line, first come, first served.
 * A file in work is held in memory, one in line is not read yet.
 * @throws ApiError `rate_limited` when the line is long already
 */
export function createWorkQueue({ maxRunning, maxRunningPerKey, maxWaiting }: { maxRunning: number; maxRunningPerKey: number; maxWaiting: number }) {
  const runningByKey = new Map<string, number>();
  const waiting: { key: string; start: () => void }[] = [];
  let running = 0;

  const mayStart = (key: string): boolean => running < maxRunning && (runningByKey.get(key) ?? 0) < maxRunningPerKey;

  function begin(key: string): void {
    running++;
    runningByKey.set(key, (runningByKey.get(key) ?? 0) + 1);
  }

  function end(key: string): void {
    running--;
    const left = (runningByKey.get(key) ?? 1) - 1;
    if (left) runningByKey.set(key, left);
    else runningByKey.delete(key);
    const next = waiting.findIndex((one) => mayStart(one.key));
    const [one] = next < 0 ? [] : waiting.splice(next, 1);
    if (!one) return;
    begin(one.key);
    one.start();
  }

  return async function enqueue<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (mayStart(key)) begin(key);
    else {
      if (waiting.length >= maxWaiting) throw new ApiError("rate_limited", "Many files are on their way. Try again in a moment.");
      await new Promise<void>((start) => waiting.push({ key, start }));
    }
    try {
      return await work();
    } finally {
      end(key);
    }
  };
}
