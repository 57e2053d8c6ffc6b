import { effectivePermissions, isListedOrigin, type SessionRequestSchema, type SessionResponse } from "@dramac/contracts";
import type { z } from "zod";
import { ApiError } from "../http/api-error.ts";
import type { InstallationFactsCache } from "./installation-facts.ts";
import type { Plans } from "./plans.ts";
import { publicSettings } from "./public-settings.ts";
import type { Tokens } from "./tokens.ts";
import type { Visitors } from "./visitors.ts";

/** Opens sessions for shells: entitled, on a listed origin, of this surface; then a five-minute capability token. */
export function createSessions(services: { plans: Plans; installations: InstallationFactsCache; tokens: Tokens; visitors: Visitors }) {
  return async function open(request: z.output<typeof SessionRequestSchema>): Promise<SessionResponse> {
    const { installation, surface, hostOrigin, visitor } = request;
    const { facts } = await services.plans.get(surface);
    const installed = await services.installations.get(installation);
    const isPlanned = facts?.installations.some((one) => one.id === installation && one.state === "active");
    if (facts?.status !== "active" || !installed?.runs || !isPlanned) {
      throw new ApiError("gone", "This installation does not run on this surface any more.");
    }
    if (!isListedOrigin(hostOrigin, [...facts.origins, ...facts.previewOrigins])) {
      throw new ApiError("origin_not_allowed", `Add ${hostOrigin || "the page's origin"} to the origins of surface ${surface}.`);
    }
    const permissions = effectivePermissions({
      manifest: installed.manifest.permissions,
      granted: installed.granted,
      principal: "visitor",
      surface: facts.kind,
      entitled: true,
    });
    const known = visitor === undefined ? undefined : await services.visitors.recognise(surface, visitor, installation);
    const minted = await services.tokens.mint({
      tenant: facts.agencyId,
      site: facts.siteId,
      installation,
      module: installed.slug,
      version: installed.version,
      hostOrigin,
      surface,
      principal: "visitor",
      permissions,
      grantsEpoch: installed.grantsEpoch,
      ...(known && { sub: known.sub }),
    });
    return {
      ...minted,
      permissions,
      settings: publicSettings(installed.manifest, installed.settings),
      ...(known?.credential && { visitor: known.credential }),
    };
  };
}
