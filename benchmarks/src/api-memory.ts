import { askPlans } from "./ask-plans.ts";
import type { Outcome } from "./measurement.ts";
import { startApiNode } from "./start-api-node.ts";

const SITES = 10_000;
const REQUESTS = 100_000;
const BOUND_MB = 150;

export const megabytes = (bytes: number): number => bytes / 1_048_576;

/** Resident memory of one node after it has answered 100,000 plan requests spread over 10,000 sites. MB are 1,048,576 bytes. */
export async function measureApiMemory(): Promise<Outcome> {
  const node = await startApiNode(SITES);
  try {
    const before = await node.memory();
    await askPlans(node.url, SITES, { amount: REQUESTS });
    const { rss, heapUsed, heapTotal } = await node.memory();
    const heap = `heap ${megabytes(heapUsed).toFixed(0)} of ${megabytes(heapTotal).toFixed(0)} MB`;
    return {
      figures: [
        {
          what: `API node after ${REQUESTS} plan requests over ${SITES} sites, RSS (${heap}), to its bound`,
          ours: `${megabytes(rss).toFixed(0)} MB`,
          peer: `${BOUND_MB} MB`,
          ratio: megabytes(rss) / BOUND_MB,
          target: { bound: 1, is: "at most" },
        },
        {
          what: "API node, RSS, to the same node before the requests",
          ours: `${megabytes(rss).toFixed(0)} MB`,
          peer: `${megabytes(before.rss).toFixed(0)} MB`,
          ratio: rss / before.rss,
        },
      ],
    };
  } finally {
    await node.close();
  }
}
