import { handWritten, mcpApps, penpal } from "./contestants.ts";
import { type Figure, race } from "./figure.ts";
import { openTrack } from "./race-track.ts";

const DELAYS_MS = [100, 0];

/**
 * Time from navigation to a ready module, milliseconds, with every answer delayed. Cold is a new browser context, warm
 * a second view in it. Bounds hold where answers take time; without delays the figures only inform.
 */
export async function measureMount(rounds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const delayMs of DELAYS_MS) figures.push(...(await raceAt(delayMs, rounds)));
  return figures;
}

async function raceAt(delayMs: number, rounds: number): Promise<Figure[]> {
  const track = await openTrack({
    delayMs,
    modules: 1,
    peers: async (port) => ({ ...handWritten(port, 1), ...(await penpal(port, 1)), ...(await mcpApps(port)) }),
  });
  const { cold, warm } = track;
  const figure = (what: string, ours: number, peer: number, bound: number) =>
    compareTimes(`mount ${what}, ${delayMs} ms answers`, ours, peer, delayMs && bound);
  try {
    const first = await race(rounds, { hand: cold("/hand"), ours: cold("/ours"), inPage: cold("/in-page"), penpal: cold("/penpal"), mcp: cold("/mcp") });
    const second = await race(rounds, { hand: warm("/hand"), ours: warm("/ours"), penpal: warm("/penpal"), mcp: warm("/mcp") });
    return [
      figure("cold, one line, to hand-written", first.ours, first.hand, 1.3),
      figure("cold, plan in the page, to hand-written", first.inPage, first.hand, 0.9),
      figure("cold, one line, to penpal", first.ours, first.penpal, 1),
      figure("cold, one line, to an MCP Apps host", first.ours, first.mcp, 1),
      figure("warm, one line, to hand-written", second.ours, second.hand, 1),
      figure("warm, one line, to penpal", second.ours, second.penpal, 1),
      figure("warm, one line, to an MCP Apps host", second.ours, second.mcp, 1),
    ];
  } finally {
    await track.close();
  }
}

/** Two times in milliseconds, ours at most `bound` of the peer's; a bound of 0 asks for nothing. */
export const compareTimes = (what: string, ours: number, peer: number, bound: number): Figure => ({
  what,
  ours: `${ours.toFixed(0)} ms`,
  peer: `${peer.toFixed(0)} ms`,
  ratio: ours / peer,
  ...(bound > 0 && { target: { bound, is: "at most" as const } }),
});
