import { isListedOrigin, originPattern } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";

const NOTHING = originPattern([]);

/**
 * The entries of a surface's list that a frame may be delivered to: origins and one-label wildcards of others. An entry that names or
 * covers the platform, its media or any frames host is left out, under either scheme, for `http:` in a policy matches https, too;
 * so is what `originPattern` cannot read, for a policy would: `*` there is everybody.
 */
export function deliverableOrigins({ platform, media, frames, destination }: Addresses, list: readonly string[]): string[] {
  const ours = [platform, media, frames.replace("{installation}", `i${"a".repeat(26)}`)];

  function isOurs(entry: string): boolean {
    const { protocol, host } = new URL(entry);
    return destination(host).kind !== "unknown" || ours.some((origin) => isListedOrigin(origin.replace(/^https?:/, protocol), [entry]));
  }

  const isReadable = (entry: string) => originPattern([entry]) !== NOTHING && !entry.replace("://*.", "://").includes("*");
  return list.filter((entry) => isReadable(entry) && !isOurs(entry));
}
