import { type Client, createClient } from "@dramac/sdk/node";
import { type DemoSitesOptions, hostOf } from "../options.ts";

/** What all pages of the console need. The agency's key stays in this server. */
export interface ConsoleContext {
  readonly api: Client;
  readonly agencyId: string;
  /** The console's own origin: buyers return to it after a checkout. */
  readonly origin: string;
  readonly platform: string;
  /** The address of the Lemon Squeezy mock, if one runs. */
  readonly mock: string | undefined;
  /** A demo site's page and public key, by the site's id. */
  siteOf(id: string): { readonly url: string; readonly key: string } | undefined;
}

/** Calls that reach the billing provider may take longer than others. */
const TIMEOUT_MS = 20_000;

export function createConsoleContext({ platform, port, sites, agencyKey, agencyId, mock }: DemoSitesOptions): ConsoleContext {
  const pages = new Map(Object.entries(sites).map(([name, { id, siteKey }]) => [id, { url: `${hostOf(name, port)}/`, key: siteKey }]));
  return {
    api: createClient({ platform, key: agencyKey, timeoutMs: TIMEOUT_MS, retries: 1 }),
    agencyId,
    origin: hostOf("console", port),
    platform,
    mock,
    siteOf: (id) => pages.get(id),
  };
}

/** Every item of a list. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}
