import { hasRole, MEMBER_SESSION_HOURS, PRINCIPAL_OF_ROLE, type AssertionClaims, type Principal } from "@dramac/contracts";
import type { SurfaceFacts } from "../surface-facts.ts";

/** A person whom a customer's backend vouched for, limited to the tenant and role of the backend's key. */
export interface Member {
  readonly keyId: string;
  readonly jti: string;
  /** The client or agency whose backend vouched. */
  readonly issuer: string;
  readonly agencyId: string;
  /** The client of the member, or of the page that an agency's member uses. */
  readonly clientId: string | null;
  /** The site that the page is about, if it is about one. */
  readonly siteId: string | null;
  readonly role: AssertionClaims["role"];
  /** The person's id in the customer's system. */
  readonly subject: string;
  /** When the assertion was issued, seconds since 1970. */
  readonly since: number;
}

export const principalOf = ({ role }: Member): Principal => PRINCIPAL_OF_ROLE[role];

/** Whether the member's sessions may still be renewed. */
export const isRecent = ({ since }: Member): boolean => Date.now() / 1_000 - since < MEMBER_SESSION_HOURS * 3_600;

/**
 * Whether a member may use a surface: an agency's members may use all surfaces of the agency, a client's members the client's portal
 * and sites. A page about one client or site may not use the surface of another.
 */
export function mayUseSurface(member: Member, { agencyId, clientId, siteId, kind }: Pick<SurfaceFacts, "agencyId" | "clientId" | "siteId" | "kind">): boolean {
  if (member.agencyId !== agencyId) return false;
  const isAboutAnother =
    (clientId !== null && member.clientId !== null && clientId !== member.clientId) || (siteId !== null && member.siteId !== null && siteId !== member.siteId);
  if (isAboutAnother) return false;
  if (hasRole(member.role, "agency_member")) return true;
  return member.clientId === clientId && (kind === "portal" || kind === "site");
}
