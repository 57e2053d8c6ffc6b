import type { Context } from "hono";
import { type InstallationId, isInstallationId } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import { ApiError } from "./api-error.ts";

/** Headers that let exactly one origin read a response; never with credentials, never for `null` or `*`. */
export const allowOrigin = (origin: string): Record<string, string> => ({ "access-control-allow-origin": origin, vary: "Origin" });

/** Answers a preflight of a shell. Only the origin is checked here; the call itself is checked in full. */
export function preflight(context: Context, addresses: Addresses): Response {
  const origin = context.req.header("origin") ?? "";
  if (!addresses.frameOf(origin)) return new Response(null, { status: 403, headers: { vary: "Origin" } });
  return new Response(null, {
    status: 204,
    headers: {
      ...allowOrigin(origin),
      "access-control-allow-methods": "GET, POST, PUT",
      "access-control-allow-headers": "authorization, content-type",
      "access-control-max-age": "7200",
    },
  });
}

/**
 * Lets the installation's own frames origin call, and with `allowServers` programs that send no Origin.
 * @throws ApiError `origin_not_allowed`
 */
export function requireOwnOrigin(context: Context, addresses: Addresses, installation: InstallationId, allowServers: boolean): void {
  const origin = context.req.header("origin");
  if (origin === undefined && allowServers) return;
  if (origin !== addresses.frameOrigin(installation)) throw new ApiError("origin_not_allowed", "Only this installation's own frames origin may call here.");
  for (const [name, value] of Object.entries(allowOrigin(origin))) context.header(name, value);
}

/** The installation that a path names. @throws ApiError `not_found` */
export function installationOf(context: Context): InstallationId {
  const id = context.req.param("installationId") ?? "";
  if (!isInstallationId(id)) throw new ApiError("not_found", "There is no such installation.");
  return id;
}
