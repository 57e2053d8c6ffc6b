import type { Principal } from "./permissions.ts";

/** Who a person or a program is, from least to most: each may do what the ones before it may. */
export const ROLES = ["client_member", "agency_member", "agency_admin", "agency_owner", "super_admin"] as const;
export type Role = (typeof ROLES)[number];

export const hasRole = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** What a role counts as when a module asks. */
export const PRINCIPAL_OF_ROLE: Readonly<Record<Role, Principal>> = {
  client_member: "client_member",
  agency_member: "agency_member",
  agency_admin: "agency_member",
  agency_owner: "agency_member",
  super_admin: "super_admin",
};
