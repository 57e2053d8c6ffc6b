import { isIPv6 } from "node:net";
import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context } from "hono";

/** The client's address, without port, brackets or zone. Behind trusted proxies it is the address that the outermost of them saw. */
export const clientAddress = (context: Context, trustedProxies: number): string =>
  addressOf(context.req.header("x-forwarded-for"), peer(context), trustedProxies);

/** The same, from an X-Forwarded-For header and the address of the connection. */
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
 * The network that rates are counted by: an IPv4 address itself (also when it is mapped into IPv6), or the /64 of an IPv6 address.
 * One household counts once, in any spelling of its address:
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
  const hex = plain.replace(/(?:\d+\.){3}\d+$/, hexOfIPv4);
  const [head = [], tail = []] = hex.split("::").map((half) => (half ? half.split(":").map((group) => Number.parseInt(group, 16)) : []));
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

/** `192.0.2.1` as the two hexadecimal groups `c000:201`. */
function hexOfIPv4(address: string): string {
  const [a = 0, b = 0, c = 0, d = 0] = address.split(".").map(Number);
  return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
