import { megabytes } from "./api-memory.ts";
import { askPlans } from "./ask-plans.ts";
import type { Outcome } from "./measurement.ts";
import { startApiNode } from "./start-api-node.ts";

const SITES = [1_000, 10_000, 100_000];
/** The same everywhere, so that every request of the timed part is a hit. */
const HOT_SITES = 1_000;
const WARM_UP_REQUESTS = 20_000;
const SECONDS = 2;

/** Requests per second of plan hits, and the node's memory, while the database grows: neither should follow it. */
export async function measureSitesCurve(): Promise<Outcome> {
  const hits: [number, number][] = [];
  const memory: [number, number][] = [];
  for (const sites of SITES) {
    const node = await startApiNode(sites);
    try {
      await askPlans(node.url, HOT_SITES, { amount: WARM_UP_REQUESTS });
      hits.push([sites, await askPlans(node.url, HOT_SITES, { duration: SECONDS })]);
      memory.push([sites, megabytes((await node.memory()).rss)]);
    } finally {
      await node.close();
    }
  }
  const x = { label: "sites in the database", scale: "logarithmic" } as const;
  return {
    figures: [compare("plan hits/s", hits), compare("RSS of a node, MB", memory)],
    curves: [
      { name: "plan-hits-by-sites", title: "Plan hits", x, y: { label: "requests per second", scale: "linear" }, lines: [{ name: "ours", points: hits }] },
      { name: "memory-by-sites", title: "Memory of an API node", x, y: { label: "RSS, MB", scale: "linear" }, lines: [{ name: "ours", points: memory }] },
    ],
  };
}

/** The largest database beside the smallest. */
function compare(what: string, points: readonly (readonly [number, number])[]) {
  const [sites = 0, largest = 0] = points.at(-1) ?? [];
  const [fewSites = 0, least = 0] = points[0] ?? [];
  return { what: `${what} with ${sites} sites, to ${fewSites}`, ours: largest.toFixed(0), peer: least.toFixed(0), ratio: largest / least };
}
