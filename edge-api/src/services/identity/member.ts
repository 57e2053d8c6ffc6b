import { hasRole, MEMBER_SESSION_HOURS, PRINCIPAL_OF_ROLE, type AssertionClaims, type Principal } from "@dramac/contracts";
import type { SurfaceFacts } from "../surface-facts.ts";

/** A person whom a customer's backend vouched for, as far as the key's own tenant and role reach. */
export interface Member {
  readonly keyId: string;
  readonly jti: string;
  readonly agencyId: string;
  /** The client it belongs to, or whose page an agency's member looks at. */
  readonly clientId: string | null;
  /** The one site that the page is about. */
  readonly siteId: string | null;
  readonly role: AssertionClaims["role"];
  /** The person's id in the customer's system. */
  readonly subject: string;
  /** When it was vouched for, seconds since 1970. */
  readonly since: number;
}

export const principalOf = ({ role }: Member): Principal => PRINCIPAL_OF_ROLE[role];

/** Whether its sessions may still be renewed. */
export const isRecent = ({ since }: Member): boolean => Date.now() / 1_000 - since < MEMBER_SESSION_HOURS * 3_600;

/** Whether somebody is at home on a surface: an agency's people on all of theirs, a client's on its portal and sites. */
export function isAtHome(member: Member, { agencyId, clientId, siteId, kind }: Pick<SurfaceFacts, "agencyId" | "clientId" | "siteId" | "kind">): boolean {
  if (member.agencyId !== agencyId) return false;
  if (hasRole(member.role, "agency_member")) return true;
  const isOwn = member.clientId === clientId && (kind !== "site" || member.siteId === null || member.siteId === siteId);
  return isOwn && (kind === "portal" || kind === "site");
}
