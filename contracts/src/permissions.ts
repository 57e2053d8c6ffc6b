import type { SurfaceKind } from "./hooks.ts";
import { endpointPattern } from "./endpoint-pattern.ts";

export const PERMISSIONS = [
  "read:site",
  "write:site",
  "read:client",
  "write:client",
  "read:agency",
  "write:agency",
  "read:analytics",
  "send:email",
  "access:storage",
  "access:api",
  "access:billing",
  "write:settings",
  "write:consent",
] as const;
export type Permission = (typeof PERMISSIONS)[number];

/** The principals, from least to most. Each may do everything that the ones before it may do. */
export const PRINCIPALS = ["visitor", "client_member", "agency_member", "super_admin"] as const;
export type Principal = (typeof PRINCIPALS)[number];

export const isAtLeast = (principal: Principal, least: Principal): boolean => PRINCIPALS.indexOf(principal) >= PRINCIPALS.indexOf(least);

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One brokered operation: what it needs, who may ask at the least, and on which surfaces. */
export interface Operation {
  readonly method: Method;
  /** The endpoint; a segment that starts with `:` matches any one segment, a last `*` the rest. */
  readonly path: string;
  readonly permission: Permission | null;
  readonly least: Principal;
  readonly surfaces: readonly SurfaceKind[];
}

const EVERYWHERE = ["site", "portal", "dashboard", "agency"] as const;
const FOR_MEMBERS = ["portal", "dashboard", "agency"] as const;

/**
 * Every operation that a module can ask the broker for. Operations that are not listed are denied.
 * Storage and calls to other hosts name `visitor` as least principal; the manifest's own rules decide further.
 */
export const OPERATIONS: readonly Operation[] = [
  { method: "GET", path: "/site", permission: "read:site", least: "visitor", surfaces: EVERYWHERE },
  { method: "PATCH", path: "/site", permission: "write:site", least: "client_member", surfaces: FOR_MEMBERS },
  { method: "GET", path: "/client", permission: "read:client", least: "client_member", surfaces: FOR_MEMBERS },
  { method: "PATCH", path: "/client", permission: "write:client", least: "client_member", surfaces: FOR_MEMBERS },
  { method: "GET", path: "/agency", permission: "read:agency", least: "agency_member", surfaces: FOR_MEMBERS },
  { method: "PATCH", path: "/agency", permission: "write:agency", least: "agency_member", surfaces: FOR_MEMBERS },
  { method: "GET", path: "/analytics", permission: "read:analytics", least: "client_member", surfaces: FOR_MEMBERS },
  { method: "POST", path: "/email", permission: "send:email", least: "visitor", surfaces: EVERYWHERE },
  { method: "PUT", path: "/media", permission: "access:storage", least: "visitor", surfaces: EVERYWHERE },
  { method: "DELETE", path: "/media/:hash", permission: "access:storage", least: "visitor", surfaces: EVERYWHERE },
  { method: "GET", path: "/storage/:collection", permission: "access:storage", least: "visitor", surfaces: EVERYWHERE },
  { method: "POST", path: "/storage/:collection", permission: "access:storage", least: "visitor", surfaces: EVERYWHERE },
  { method: "GET", path: "/storage/:collection/:id", permission: "access:storage", least: "visitor", surfaces: EVERYWHERE },
  { method: "PATCH", path: "/storage/:collection/:id", permission: "access:storage", least: "visitor", surfaces: EVERYWHERE },
  { method: "DELETE", path: "/storage/:collection/:id", permission: "access:storage", least: "visitor", surfaces: EVERYWHERE },
  { method: "POST", path: "/prints", permission: "access:storage", least: "visitor", surfaces: EVERYWHERE },
  { method: "GET", path: "/connect/*", permission: "access:api", least: "visitor", surfaces: EVERYWHERE },
  { method: "POST", path: "/connect/*", permission: "access:api", least: "visitor", surfaces: EVERYWHERE },
  { method: "PUT", path: "/connect/*", permission: "access:api", least: "visitor", surfaces: EVERYWHERE },
  { method: "PATCH", path: "/connect/*", permission: "access:api", least: "visitor", surfaces: EVERYWHERE },
  { method: "DELETE", path: "/connect/*", permission: "access:api", least: "visitor", surfaces: EVERYWHERE },
  { method: "GET", path: "/billing", permission: "access:billing", least: "client_member", surfaces: FOR_MEMBERS },
  { method: "GET", path: "/settings", permission: null, least: "visitor", surfaces: EVERYWHERE },
  { method: "PATCH", path: "/settings", permission: "write:settings", least: "client_member", surfaces: FOR_MEMBERS },
];

/** The page answers this operation, not the API. The shell checks its permission and principal. */
export const CONSENT_OPERATION = { permission: "write:consent", least: "visitor" } as const;

/** The permissions for which a principal has at least one operation on this surface. */
export function permissionsOf(principal: Principal, surface: SurfaceKind): Set<Permission> {
  const usable = new Set<Permission>([CONSENT_OPERATION.permission]);
  for (const operation of OPERATIONS) {
    if (!operation.permission || !operation.surfaces.includes(surface)) continue;
    if (isAtLeast(principal, operation.least)) usable.add(operation.permission);
  }
  return usable;
}

/** Manifest ∩ grant ∩ principal ∩ surface; the fifth set, entitlement, is all or nothing. */
export function effectivePermissions(from: {
  readonly manifest: readonly Permission[];
  readonly granted: readonly Permission[];
  readonly principal: Principal;
  readonly surface: SurfaceKind;
  readonly entitled: boolean;
}): Permission[] {
  if (!from.entitled) return [];
  const usable = permissionsOf(from.principal, from.surface);
  return PERMISSIONS.filter((one) => from.manifest.includes(one) && from.granted.includes(one) && usable.has(one));
}

const PATTERNS = OPERATIONS.map(({ method, path }) => new RegExp(endpointPattern(method, path)));

/** The operation of a method and endpoint, with the values of the open segments of its path. */
export function findOperation(method: string, endpoint: string): { operation: Operation; parameters: string[] } | undefined {
  for (const [index, operation] of OPERATIONS.entries()) {
    const parameters = PATTERNS[index]?.exec(`${method} ${endpoint}`);
    if (parameters) return { operation, parameters: parameters.slice(1) };
  }
  return undefined;
}
