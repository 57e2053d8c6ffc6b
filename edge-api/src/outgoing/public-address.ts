import ipaddr from "ipaddr.js";

const GLOBAL_IPV6 = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];

/**
 * Whether an address belongs to the public internet. Not public are loopback, private, link-local and carrier networks, and IPv6
 * addresses that embed an IPv4 address, because a gateway would forward them to it.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed.kind() === "ipv4" ? ipaddr.IPv4.isValidFourPartDecimal(address) : (parsed as ipaddr.IPv6).match(GLOBAL_IPV6);
}
