import { isIPv6 } from "node:net";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/** The address a request comes from; behind proxies that are trusted, the one that the outermost of them saw. Without port, brackets or zone. */
export const clientAddress = (context: Context, trustedProxies: number): string =>
  addressOf(context.req.header("x-forwarded-for"), peer(context), trustedProxies);

/** The same, of what a request says and of whoever is connected. */
export function addressOf(forwardedFor: string | undefined, peer: string, trustedProxies: number): string {
  const forwarded = (forwardedFor ?? "").split(",").map((part) => part.trim());
  const forwardedAddress = trustedProxies > 0 ? forwarded.at(-trustedProxies) : undefined;
  return (forwardedAddress || peer)
    .replace(/^(\d+(?:\.\d+){3}):\d+$/, "$1")
    .replace(/^\[(.*)\](?::\d+)?$/, "$1")
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/i, "");
}

function peer(context: Context): string {
  try {
    return getConnInfo(context).remote.address ?? "unknown";
  } catch {
    return "unknown";
  }
}

/**
 * IPv4 (mapped into IPv6, too) as it is; IPv6 as its /64, so that one household counts once, however an address is written:
 * `2001:db8::1` and `2001:0db8:0:0:ffff::2` are both `2001:db8:0:0`.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address.slice(0, 64);
  const groups = groupsOf(address);
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (isMapped) return [groups[6], groups[7]].flatMap((group = 0) => [group >> 8, group & 255]).join(".");
  return groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(":");
}

/** The eight groups of an address that `isIPv6` has accepted. */
function groupsOf(address: string): number[] {
  const [plain = ""] = address.split("%");
  const hex = plain.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => `${((+a << 8) | +b).toString(16)}:${((+c << 8) | +d).toString(16)}`);
  const [head = [], tail = []] = hex.split("::").map((half) => (half ? half.split(":").map((group) => Number.parseInt(group, 16)) : []));
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}
