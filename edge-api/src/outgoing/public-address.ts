import ipaddr from "ipaddr.js";

const GLOBAL_IPV6 = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];

/**
 * Whether an address is one of the public internet. Everything that has another meaning is not: loopback, private and
 * link-local networks, carriers' own, and IPv6 that carries an IPv4 address inside, by which a gateway would lead elsewhere.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" ? ipaddr.IPv4.isValidFourPartDecimal(address) : (parsed as ipaddr.IPv6).match(GLOBAL_IPV6);
}
