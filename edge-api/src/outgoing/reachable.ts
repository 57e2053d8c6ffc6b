import { type ConnectMethod, connectHostOf } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { Caller } from "../services/caller.ts";

const notAllowed = (detail: string): ApiError => new ApiError("host_not_allowed", detail);

/** The address that an endpoint's rest names, `api.example.com/v1/x?y=1`. The host is compared as it is written, before anything parses it. */
export function parseAddress(rest: string): URL {
  const host = /^[^/?#]*/.exec(rest)?.[0] ?? "";
  const address = `https://${host}${rest.slice(host.length)}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // What a parser reads as another host than the one that stands there is no host name.
  if (url?.hostname !== host) throw notAllowed(`${host.slice(0, 80) || "Nothing"} is no host that a module may reach.`);
  return url;
}

/**
 * Whether a call may go to an address: https on its own port, to a host that the manifest declares and the installer agreed to,
 * which is none of ours; for a visitor only where the manifest says so. @throws ApiError `host_not_allowed`
 */
export function requireReachable(
  caller: Caller,
  method: ConnectMethod,
  url: URL,
  known: { agreed: ReadonlySet<string>; isOurs: (host: string) => boolean },
): void {
  const { protocol, hostname, port, username, password } = url;
  if (protocol !== "https:" || port || username || password)
    throw notAllowed(`Only https on its own port, without a name and password, is reached: not ${url.origin}.`);
  const entry = caller.installation.manifest.connect.find((one) => connectHostOf(one) === hostname);
  if (entry === undefined || known.isOurs(hostname)) throw notAllowed(`Declare ${hostname} in the manifest's connect.`);
  if (!known.agreed.has(hostname))
    throw notAllowed(`Nobody has agreed to ${hostname} yet. Take access:api back from the installation and grant it again to agree to it.`);
  if (caller.principal !== "visitor") return;
  const calls = typeof entry === "string" ? [] : entry.visitor;
  // The other host may decode these into a path that no rule has seen.
  const isPlain = !/%2f|%5c|%2e|%25|;/i.test(url.pathname) && !url.pathname.includes("//");
  if (!isPlain || !calls.some((rule) => matches(rule, `${method} ${url.pathname}`))) {
    throw notAllowed(`Visitors may not call ${method} ${url.pathname.slice(0, 200)} of ${hostname}: the manifest's connect does not list it.`);
  }
}

const matches = (rule: string, call: string): boolean => (rule.endsWith("*") ? call.startsWith(rule.slice(0, -1)) : call === rule);
