import { setTimeout as sleep } from "node:timers/promises";
import type { Frame, Page } from "playwright-core";
import { LIMITS, type Limits } from "@dramac/contracts";
import { bundleScript } from "./bundle-script.ts";
import { type Figure, race } from "./figure.ts";
import { framePage, hostPage, inlined, inlineJson, type Pages } from "./race-pages.ts";
import { openTrack } from "./race-track.ts";

const FIXTURES = new URL("../fixtures", import.meta.url).pathname;
const RUN_MS = 1_000;
const READY_MS = 10_000;
/** As many messages as there can be: the limiter counts every one of them, and never has to refuse. */
const RAISED: Limits = { ...LIMITS, burst: 1e9, sustainedPerSecond: 1e9 };

/**
 * Answers per second of a module's calls, module → shell → module: ours through the SDK, validated and limited, beside
 * a bare MessagePort and beside penpal, which carry the same object between frames nested the same way.
 */
export async function measureRoundTrip(rounds: number): Promise<Figure[]> {
  const track = await openTrack({
    delayMs: 0,
    modules: 1,
    fixtures: FIXTURES,
    fixture: "echo",
    echo: true,
    limits: RAISED,
    peers: async (port) => ({ ...(await nested("bare", port)), ...(await nested("penpal", port)) }),
  });
  const answersPerSecond = (path: string, inFlight: number) => async () => {
    const page = await track.open(path);
    const module = await moduleFrame(page);
    const result = await module.evaluate(([calls, ms]) => (globalThis as unknown as Measuring).measure?.(calls, ms) ?? 0, [inFlight, RUN_MS] as const);
    await page.close();
    return result;
  };
  try {
    const figures: Figure[] = [];
    for (const [words, inFlight] of [
      ["one at a time", 1],
      ["16 in flight", 16],
    ] as const) {
      const { ours, bare, penpal } = await race(rounds, {
        bare: answersPerSecond("/bare", inFlight),
        ours: answersPerSecond("/ours", inFlight),
        penpal: answersPerSecond("/penpal", inFlight),
      });
      figures.push(compare(`calls/s, ${words}, to bare ports`, ours, bare, 0.9), compare(`calls/s, ${words}, to penpal`, ours, penpal, 1));
    }
    return figures;
  } finally {
    await track.close();
  }
}

interface Measuring {
  readonly measure?: (inFlight: number, forMs: number) => Promise<number>;
}

const compare = (what: string, ours: number, peer: number, bound: number): Figure => ({
  what,
  ours: ours.toFixed(0),
  peer: peer.toFixed(0),
  ratio: ours / peer,
  target: { bound, is: "at least" },
});

/** A peer's page: a shell on another site in it, and in the shell an opaque srcdoc, as our frames are nested. */
async function nested(name: string, port: number): Promise<Pages> {
  const module = framePage(inlined(await bundleScript(`${name}-module`))).body;
  const document = `<script type="application/json" id="module">${inlineJson(module)}</script>${inlined(await bundleScript(`${name}-shell`))}`;
  return {
    [`/${name}`]: hostPage("", `<iframe src="http://shell.localhost:${port}/${name}/shell"></iframe>`),
    [`/${name}/shell`]: framePage(document),
  };
}

/** The frame in the frame, once what is in it can be measured. */
async function moduleFrame(page: Page): Promise<Frame> {
  const end = performance.now() + READY_MS;
  while (performance.now() < end) {
    const module = page.frames().find((frame) => frame.parentFrame()?.parentFrame());
    const isReady = await module?.evaluate(() => "measure" in globalThis).catch(() => false);
    if (module && isReady) return module;
    await sleep(20);
  }
  throw new Error(`No module was ready on ${page.url()} within ${READY_MS / 1_000} s.`);
}
