import { createServer } from "node:http";
import autocannon from "autocannon";
import { freePorts, startPlatform } from "@dramac/e2e";
import { type Figure, race } from "./figure.ts";

const SECONDS = 2;

/** Requests per second of a plan hit, beside a bare server that sends the same bytes. */
export async function measurePlanHit(rounds: number): Promise<Figure> {
  const platform = await startPlatform(() => [{ name: "shop", origins: ["http://shop.example"], modules: ["probe"] }], { fixtures: ["probe"] });
  const address = `${platform.url}/api/surfaces/${platform.seeded.sites.shop?.siteKey}/plan`;
  const response = await fetch(address);
  const body = await response.text();
  const headers = Object.fromEntries(response.headers);
  const port = await freePorts(1);
  const bare = createServer((_, answer) => {
    answer.writeHead(200, { ...headers, "content-length": Buffer.byteLength(body) });
    answer.end(body);
  });
  await new Promise<void>((resolve) => bare.listen(port, resolve));
  const perSecond = async (url: string) => (await autocannon({ url, connections: 20, duration: SECONDS })).requests.average;
  try {
    const { ours, peer } = await race(rounds, { ours: () => perSecond(address), peer: () => perSecond(`http://localhost:${port}/`) });
    return {
      what: "plan hit, requests/s, to bare node:http",
      ours: ours.toFixed(0),
      peer: peer.toFixed(0),
      ratio: ours / peer,
      target: { bound: 0.7, is: "at least" },
    };
  } finally {
    bare.close();
    bare.closeAllConnections();
    await platform.close();
  }
}
