import type { Principal } from "./permissions.ts";

/** The roles of persons and programs, from least to most. Each may do everything that the ones before it may do. */
export const ROLES = ["client_member", "agency_member", "agency_admin", "agency_owner", "super_admin"] as const;
export type Role = (typeof ROLES)[number];

export const hasRole = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

/** The principal of each role in calls of modules. */
export const PRINCIPAL_OF_ROLE: Readonly<Record<Role, Principal>> = {
  client_member: "client_member",
  agency_member: "agency_member",
  agency_admin: "agency_member",
  agency_owner: "agency_member",
  super_admin: "super_admin",
};
