/** @param ms milliseconds */
export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Waits until the condition is true. @throws Error after three seconds */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const started = performance.now();
  while (!(await holds())) {
    if (performance.now() - started > 3_000) throw new Error(`Never came true: ${holds}`);
    await pause(10);
  }
}
