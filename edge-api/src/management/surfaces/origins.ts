import { type Issue, isListedOrigin } from "@dramac/contracts";
import { getPublicSuffix } from "tldts";
import type { Addresses } from "../../addresses.ts";
import { ApiError } from "../../http/api-error.ts";
import { deliverableOrigins } from "../../services/deliverable-origins.ts";

type Lists = Partial<Readonly<Record<"origins" | "previewOrigins", readonly string[] | undefined>>>;

/**
 * Rejects entries that match no origin, that match the sites of other people, or that match our own hosts.
 * @throws ApiError `validation_failed` with the path of each
 */
export function checkOrigins(addresses: Addresses, lists: Lists): void {
  const faults: Issue[] = [];
  for (const [name, list = []] of Object.entries(lists)) {
    for (const [index, entry] of list.entries()) {
      const message = issueWith(addresses, entry);
      if (message) faults.push({ path: `/${name}/${index}`, message });
    }
  }
  const [first] = faults;
  if (first) throw new ApiError("validation_failed", `${faults.length} issue(s); first at ${first.path}: ${first.message}.`, { faults });
}

function issueWith(addresses: Addresses, entry: string): string | undefined {
  const isWildcard = entry.includes("://*.");
  const example = isWildcard ? entry.replace("://*.", "://a.") : entry;
  if (!isListedOrigin(example, [entry])) return "an origin as browsers spell it, like https://shop.example or https://*.shop.example";
  const { hostname } = new URL(isWildcard ? entry.replace("://*.", "://") : entry);
  if (isWildcard && getPublicSuffix(hostname, { allowPrivateDomains: true }) === hostname && hostname !== "localhost") {
    return `anyone can register a name under ${hostname}: use your own domain`;
  }
  return deliverableOrigins(addresses, [entry]).length ? undefined : "an origin of this platform itself, where no module may run";
}
