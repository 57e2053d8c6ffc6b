import autocannon from "autocannon";
import { bulkKey } from "./bulk-sites.ts";

const CONNECTIONS = 20;

/** How much is asked: so many requests, or so many seconds of them. */
export type Amount = { readonly amount: number } | { readonly duration: number };

/**
 * Asks for the plans of the first `sites` bulk sites, in an order that looks random and is the same every time.
 * Gives the requests per second. @throws Error when anything but a plan was answered
 */
export async function askPlans(url: string, sites: number, amount: Amount): Promise<number> {
  const pick = createPicker(sites);
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    ...amount,
    requests: [{ setupRequest: (request) => ({ ...request, path: `/api/surfaces/${bulkKey(pick() + 1)}/plan` }) }],
  });
  if (result.non2xx || result.errors) throw new Error(`${result.non2xx} plans were refused and ${result.errors} requests failed.`);
  return result.requests.average;
}

/** Marsaglia's xorshift, https://doi.org/10.18637/jss.v008.i14: whole numbers below a bound. */
function createPicker(bound: number): () => number {
  let state = 2_463_534_242;
  return function pick() {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % bound;
  };
}
