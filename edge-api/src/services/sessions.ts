import { effectivePermissions, isListedOrigin, type SessionRequest, type SessionResponse } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { ClientInfo } from "./audit.ts";
import type { Identities } from "./identity/identities.ts";
import { type Member, principalOf } from "./identity/member.ts";
import type { InstallationFactsCache } from "./installation-facts.ts";
import type { Plans } from "./plans.ts";
import { publicSettings } from "./public-settings.ts";
import type { SurfaceFacts } from "./surface-facts.ts";
import type { Tokens } from "./tokens.ts";
import type { Visitors } from "./visitors.ts";

/** Opens sessions for shells: checks the surface, the origin, the entitlement and the person, and mints a five-minute capability token. */
export function createSessions(services: { plans: Plans; installations: InstallationFactsCache; tokens: Tokens; visitors: Visitors; identities: Identities }) {
  const { plans, installations, tokens, visitors, identities } = services;

  /** The id of the visitor or member for the installation, and a visitor's credential for the page to store. */
  async function subjectOf({ surface, visitor, installation }: SessionRequest, member: Member | undefined): Promise<{ sub?: string; credential?: string }> {
    if (member) return { sub: visitors.subject(`${member.issuer}/${member.subject}`, installation) };
    return visitor === undefined ? {} : visitors.identify(surface, visitor, installation);
  }

  return async function open(request: SessionRequest, client: ClientInfo): Promise<SessionResponse> {
    const { installation, surface, hostOrigin } = request;
    const { facts } = await plans.getForInstallation(installation, surface);
    const installed = await installations.get(installation, surface);
    const isPlanned = facts?.installations.some((one) => one.id === installation);
    if (facts?.status !== "active" || !installed?.runs || !isPlanned) {
      throw new ApiError("gone", "This installation does not run on this surface any more.");
    }
    if (!isListedOrigin(hostOrigin, [...facts.origins, ...facts.previewOrigins])) {
      throw new ApiError("origin_not_allowed", `Add ${hostOrigin || "the page's origin"} to the origins of surface ${surface}.`);
    }
    const identity = await identities.identify(request, facts, client);
    const member = identity?.member;
    requireMember(facts, member, installed);
    if (identity?.isNew) await identities.use(identity.member, request, client);
    const principal = member ? principalOf(member) : "visitor";
    const permissions = effectivePermissions({
      manifest: installed.manifest.permissions,
      granted: installed.granted,
      principal,
      surface: facts.kind,
      entitled: true,
    });
    const { sub, credential } = await subjectOf(request, member);
    const minted = await tokens.mint({
      tenant: facts.agencyId,
      site: facts.siteId,
      installation,
      module: installed.slug,
      version: installed.version,
      hostOrigin,
      surface,
      principal,
      permissions,
      grantsEpoch: installed.grantsEpoch,
      ...(sub && { sub }),
      ...(member && { member }),
    });
    return { ...minted, permissions, settings: publicSettings(installed.manifest, installed.settings), ...(credential && { visitor: credential }) };
  };
}

/**
 * Portals and dashboards are for members. A page about one client or site shows only the installations of that client or site.
 * @throws ApiError `principal_too_low`, `gone`
 */
function requireMember({ kind }: SurfaceFacts, member: Member | undefined, installed: { level: string; clientId: string | null; siteId: string | null }): void {
  if (kind === "site") return;
  if (!member)
    throw new ApiError(
      "principal_too_low",
      `This ${kind} is for members. Tell who the member is: call dramac('identify', …) with an assertion of your backend.`,
    );
  const { clientId, siteId } = installed;
  const isAboutAnother =
    (kind === "dashboard" && clientId !== null && clientId !== member.clientId) || (siteId !== null && member.siteId !== null && siteId !== member.siteId);
  if (isAboutAnother) throw new ApiError("gone", "This installation belongs to another client or site than the page.");
}
