import { type ConnectMethod, connectHostOf } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { Caller } from "../services/caller.ts";

const notAllowed = (detail: string): ApiError => new ApiError("host_not_allowed", detail);

/**
 * The URL of an endpoint like `api.example.com/v1/x?y=1`.
 * @throws ApiError `host_not_allowed` when the URL parser reads another host than the text names
 */
export function parseAddress(rest: string): URL {
  const host = /^[^/?#]*/.exec(rest)?.[0] ?? "";
  const address = `https://${host}${rest.slice(host.length)}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.hostname !== host) throw notAllowed(`${host.slice(0, 80) || "Nothing"} is not a host that a module may reach.`);
  return url;
}

/**
 * Requires https on the default port, a host that the manifest declares and the installer agreed to and that is not ours, and for
 * visitors a call that the manifest allows. @throws ApiError `host_not_allowed`
 */
export function requireReachable(
  caller: Caller,
  method: ConnectMethod,
  url: URL,
  known: { agreed: ReadonlySet<string>; isOurs: (host: string) => boolean },
): void {
  const { protocol, hostname, port, username, password } = url;
  if (protocol !== "https:" || port || username || password)
    throw notAllowed(`Use https on the default port, without user name and password, instead of ${url.origin}.`);
  const entry = caller.installation.manifest.connect.find((one) => connectHostOf(one) === hostname);
  if (entry === undefined || known.isOurs(hostname)) throw notAllowed(`Declare ${hostname} in the manifest's connect.`);
  if (!known.agreed.has(hostname))
    throw notAllowed(`The installer has not agreed to ${hostname}. Remove the grant access:api from the installation and grant it again.`);
  if (caller.principal !== "visitor") return;
  const calls = typeof entry === "string" ? [] : entry.visitor;
  // The other host may decode these to a path that no rule has checked.
  const isPlain = !/%2f|%5c|%2e|%25|;/i.test(url.pathname) && !url.pathname.includes("//");
  if (!isPlain || !calls.some((rule) => matches(rule, `${method} ${url.pathname}`))) {
    throw notAllowed(`Visitors may not call ${method} ${url.pathname.slice(0, 200)} of ${hostname}: the manifest's connect does not list it.`);
  }
}

const matches = (rule: string, call: string): boolean => (rule.endsWith("*") ? call.startsWith(rule.slice(0, -1)) : call === rule);
