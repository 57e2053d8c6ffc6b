import { isListedOrigin, originPattern } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";

const NOTHING = originPattern([]);

/**
 * The entries of a surface's origin list that a frame may be delivered to: origins, and wildcards of one label.
 *
 * Removes entries that name or cover the platform, its media host or any frames host, with either scheme, because `http:` in a
 * policy matches https too. Also removes entries that `originPattern` cannot read: a policy would read them, and `*` matches every site.
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
