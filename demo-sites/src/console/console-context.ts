import { type Client, createClient } from "@dramac/sdk/node";
import { type DemoSitesOptions, hostOf } from "../options.ts";

/** What the console's pages work with. The agency's key stays in this server. */
export interface ConsoleContext {
  readonly api: Client;
  readonly agencyId: string;
  /** Where the console itself stands: buyers come back here. */
  readonly origin: string;
  readonly platform: string;
  /** The stand-in for the billing provider, where there is one. */
  readonly mock: string | undefined;
  /** A demo site's page and public key, by the site's id. */
  siteOf(id: string): { readonly url: string; readonly key: string } | undefined;
}

/** A provider may take longer than the platform by itself. */
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
