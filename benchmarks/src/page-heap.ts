import type { Page } from "playwright-core";
import { race } from "./figure.ts";
import type { Outcome } from "./measurement.ts";
import { openTrack } from "./race-track.ts";

const MODULES = 3;
const BOUND_BYTES = 5 * 1_048_576;
const WARM_UP_CYCLES = 20;
const CYCLES = 200;
const QUICK_CYCLES = 40;

/**
 * Bytes of JavaScript heap in the host page's own process, after garbage collection: with three modules ready beside the
 * same page without our script, and after many mounts and removals beside a few.
 */
export async function measurePageHeap(rounds: number): Promise<Outcome> {
  const track = await openTrack({ delayMs: 0, modules: MODULES });
  const heapOf = (path: string, isReady: boolean) => async () => {
    const page = await track.open(path);
    if (isReady) await page.waitForFunction(() => "readyAt" in window);
    const bytes = await usedHeap(page);
    await page.close();
    return bytes;
  };
  try {
    const { ours, without } = await race(rounds, { ours: heapOf("/ours", true), without: heapOf("/empty", false) });
    const cycles = rounds < 9 ? QUICK_CYCLES : CYCLES;
    const page = await track.open("/ours");
    await page.waitForFunction(() => "readyAt" in window);
    await page.evaluate(mountAndRemove, WARM_UP_CYCLES);
    const before = await usedHeap(page);
    await page.evaluate(mountAndRemove, cycles);
    const after = await usedHeap(page);
    const added = ours - without;
    return {
      figures: [
        {
          what: `heap that ${MODULES} modules add to their page, to its bound`,
          ours: kilobytes(added),
          peer: kilobytes(BOUND_BYTES),
          ratio: added / BOUND_BYTES,
          target: { bound: 1, is: "at most" },
        },
        { what: `heap of the page after ${cycles} more mounts, to before`, ours: kilobytes(after), peer: kilobytes(before), ratio: after / before },
      ],
    };
  } finally {
    await track.close();
  }
}

const kilobytes = (bytes: number): string => `${(bytes / 1_024).toFixed(0)} KB`;

/** https://chromedevtools.github.io/devtools-protocol/tot/Runtime/#method-getHeapUsage: of this page's target, not of the frames' processes. */
async function usedHeap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize;
}

/** In the page: puts an element of the first module there, waits until it is ready, takes it away, again and again. */
async function mountAndRemove(cycles: number): Promise<void> {
  const installation = document.querySelector("dramac-module")?.getAttribute("installation") ?? "";
  for (let cycle = 0; cycle < cycles; cycle++) {
    const element = document.createElement("dramac-module");
    element.setAttribute("installation", installation);
    const ready = new Promise<void>((resolve) => {
      element.addEventListener("dramac:state", (event) => (event as CustomEvent<{ state: string }>).detail.state === "ready" && resolve());
    });
    document.body.append(element);
    await ready;
    element.remove();
  }
}
