import { ApiError } from "../http/api-error.ts";

/**
 * Lets only so many work at once, and only so many of them for one key; the others stand in line, first come, first served.
 * A file in work is held in memory, one in line is not read yet.
 * @throws ApiError `rate_limited` when the line is long already
 */
export function createLine({ most, mostOfKey, longest }: { most: number; mostOfKey: number; longest: number }) {
  const working = new Map<string, number>();
  const waiting: { key: string; start: () => void }[] = [];
  let all = 0;

  const mayStart = (key: string): boolean => all < most && (working.get(key) ?? 0) < mostOfKey;

  function begin(key: string): void {
    all++;
    working.set(key, (working.get(key) ?? 0) + 1);
  }

  function end(key: string): void {
    all--;
    const left = (working.get(key) ?? 1) - 1;
    if (left) working.set(key, left);
    else working.delete(key);
    const next = waiting.findIndex((one) => mayStart(one.key));
    const [one] = next < 0 ? [] : waiting.splice(next, 1);
    if (!one) return;
    begin(one.key);
    one.start();
  }

  return async function stand<T>(key: string, work: () => Promise<T>): Promise<T> {
    if (mayStart(key)) begin(key);
    else {
      if (waiting.length >= longest) throw new ApiError("rate_limited", "Many files are on their way. Try again in a moment.");
      await new Promise<void>((start) => waiting.push({ key, start }));
    }
    try {
      return await work();
    } finally {
      end(key);
    }
  };
}
