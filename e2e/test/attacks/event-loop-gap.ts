import type { Page } from "playwright-core";

/** Starts to measure the longest time, in milliseconds, in which the page's own event loop does not turn. */
export const startMeter = (page: Page) =>
  page.evaluate(() => {
    const meter = window as unknown as { gap: number };
    let last = performance.now();
    meter.gap = 0;
    setInterval(() => {
      const now = performance.now();
      meter.gap = Math.max(meter.gap, now - last);
      last = now;
    }, 5);
  });

/** The longest gap since the meter was started. */
export const gap = (page: Page) => page.evaluate(() => (window as unknown as { gap: number }).gap);
