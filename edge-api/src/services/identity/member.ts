import { hasRole, MEMBER_SESSION_HOURS, PRINCIPAL_OF_ROLE, type AssertionClaims, type Principal } from "@dramac/contracts";
import type { SurfaceFacts } from "../surface-facts.ts";

/** A person whom a customer's backend vouched for, as far as the key's own tenant and role reach. */
export interface Member {
  readonly keyId: string;
  readonly jti: string;
  /** The client or agency whose backend vouched. */
  readonly issuer: string;
  readonly agencyId: string;
  /** The client it belongs to, or whose page an agency's member looks at. */
  readonly clientId: string | null;
  /** The one site that the page is about. */
  readonly siteId: string | null;
  readonly role: AssertionClaims["role"];
  /** The person's id in the customer's system. */
  readonly subject: string;
  /** When that was said, seconds since 1970. */
  readonly since: number;
}

export const principalOf = ({ role }: Member): Principal => PRINCIPAL_OF_ROLE[role];

/** Whether its sessions may still be renewed. */
export const isRecent = ({ since }: Member): boolean => Date.now() / 1_000 - since < MEMBER_SESSION_HOURS * 3_600;

/**
 * Whether somebody is at home on a surface: an agency's people on all of theirs, a client's on its portal and sites;
 * nobody with a page that is about one client or site on the surface of another.
 */
export function mayUseSurface(member: Member, { agencyId, clientId, siteId, kind }: Pick<SurfaceFacts, "agencyId" | "clientId" | "siteId" | "kind">): boolean {
  if (member.agencyId !== agencyId) return false;
  const isAboutAnother =
    (clientId !== null && member.clientId !== null && clientId !== member.clientId) || (siteId !== null && member.siteId !== null && siteId !== member.siteId);
  if (isAboutAnother) return false;
  if (hasRole(member.role, "agency_member")) return true;
  return member.clientId === clientId && (kind === "portal" || kind === "site");
}
