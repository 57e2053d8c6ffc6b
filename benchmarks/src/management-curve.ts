import { startPlatform, type TestPlatform } from "@dramac/e2e";
import { largeId, largeSiteKey, makeLargeOwnerKey, seedLarge, sizesFor } from "@dramac/seeds/large";
import { race } from "./figure.ts";
import type { Outcome } from "./measurement.ts";

const SITES = [1_000, 10_000, 100_000];
const MODULES = new URL("../../modules", import.meta.url).pathname;
/** Samples of one turn; a turn's figure is their mean. */
const SAMPLES = 10;
const DEEPEST_PAGES = 18;

type Task = (platform: TestPlatform, key: string, sites: number) => Promise<() => Promise<void>>;

async function ask(
  platform: TestPlatform,
  key: string,
  path: string,
  { method = "GET", body }: { method?: string; body?: object } = {},
): Promise<Record<string, unknown>> {
  const response = await fetch(`${platform.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${path} was answered with ${response.status}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

const reading =
  (path: string): Task =>
  async (platform, key) =>
  async () => {
    await ask(platform, key, path);
  };

const SITES_OF_CLIENT = `/api/clients/${largeId("client", 0)}/sites`;

/** What is measured, each on every size. */
const TASKS: Readonly<Record<string, Task>> = {
  "sites of the largest client": reading(SITES_OF_CLIENT),
  "the same, deep inside": async (platform, key) => {
    let cursor = "";
    for (let page = 0; page < DEEPEST_PAGES; page++) {
      const { next } = await ask(platform, key, `${SITES_OF_CLIENT}?limit=100${cursor && `&cursor=${cursor}`}`);
      if (!next) break;
      cursor = next as string;
    }
    return async () => {
      await ask(platform, key, `${SITES_OF_CLIENT}?cursor=${cursor}`);
    };
  },
  "installations of a site": reading(`/api/sites/${largeId("site", 0)}/installations`),
  "audit log": reading(`/api/agencies/${largeId("agency", 0)}/audit`),
  "catalogue search": reading(`/api/agencies/${largeId("agency", 0)}/modules?text=form&price=paid`),
  "install and uninstall": async (platform, key) => {
    const { id: site } = await ask(platform, key, SITES_OF_CLIENT, { method: "POST", body: { name: "Bench" } });
    const { items } = await ask(platform, key, `/api/agencies/${largeId("agency", 0)}/modules?text=booking-form`);
    const moduleId = (items as { id: string }[])[0]?.id;
    return async () => {
      const path = `/api/sites/${site as string}/installations`;
      const { id } = await ask(platform, key, path, { method: "POST", body: { moduleId } });
      await ask(platform, key, `${path}/${id as string}`, { method: "DELETE" });
    };
  },
  // Sites in an order that looks random; each is asked for once, so that none is in memory.
  "plan, built": async (platform, _, sites) => {
    let asked = 0;
    return async () => {
      const response = await fetch(`${platform.url}/api/surfaces/${largeSiteKey((++asked * 7_919) % sites)}/plan`);
      if (!response.ok) throw new Error(`A plan was answered with ${response.status}.`);
      await response.arrayBuffer();
    };
  },
};

/** Milliseconds of management calls and of building a plan while the platform grows a hundredfold: none should follow. */
export async function measureManagementCurve(rounds: number): Promise<Outcome> {
  const platforms = new Map<number, { platform: TestPlatform; key: string }>();
  try {
    for (const sites of SITES) {
      const platform = await startPlatform(() => []);
      platforms.set(sites, { platform, key: "" });
      await seedLarge({ database: platform.database, url: platform.server.databaseUrl, sizes: sizesFor(sites), modules: MODULES });
      platforms.set(sites, { platform, key: (await makeLargeOwnerKey(platform.database)).key });
    }
    const figures: Outcome["figures"][number][] = [];
    const curves: NonNullable<Outcome["curves"]>[number][] = [];
    for (const [what, prepare] of Object.entries(TASKS)) {
      const contestants: Record<string, () => Promise<number>> = {};
      for (const [sites, { platform, key }] of platforms) {
        const once = await prepare(platform, key, sites);
        contestants[sites] = async () => {
          const started = performance.now();
          for (let sample = 0; sample < SAMPLES; sample++) await once();
          return (performance.now() - started) / SAMPLES;
        };
      }
      const times = await race(rounds, contestants);
      const points = SITES.map((sites): [number, number] => [sites, times[sites] as number]);
      const [smallest, largest] = [points[0]?.[1] ?? 0, points.at(-1)?.[1] ?? 0];
      figures.push({
        what: `${what}, ms with ${SITES.at(-1)} sites, to ${SITES[0]}`,
        ours: largest.toFixed(2),
        peer: smallest.toFixed(2),
        ratio: largest / smallest,
        target: { bound: 1.5, is: "at most" },
      });
      curves.push({
        name: `management-${what.replaceAll(/\W+/g, "-")}`,
        title: what[0]?.toUpperCase() + what.slice(1),
        x: { label: "sites in the database", scale: "logarithmic" },
        y: { label: "milliseconds", scale: "linear" },
        lines: [{ name: "ours", points }],
      });
    }
    return { figures, curves };
  } finally {
    for (const { platform } of platforms.values()) await platform.close();
  }
}
