import { hasRole, isInstallationId } from "@dramac/contracts";
import type { Database, Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { missing } from "../services/missing.ts";
import type { Actor, Operation } from "./operation.ts";

/** The first part of a tenant's path, and the id that follows it. */
const ROOTS = { agencies: "agencyId", clients: "clientId", sites: "siteId" } as const;
type Root = keyof typeof ROOTS;

/** Reads the row that a path begins with: the status of its agency, and its client. */
const findOwner: Readonly<Record<Root, (tx: Tx, id: string) => PromiseLike<readonly Record<string, unknown>[]>>> = {
  agencies: (tx, id) => tx`select status, null as client_id from agencies where id = ${id}`,
  clients: (tx, id) => tx`select a.status, c.id as client_id from clients c join agencies a on a.id = c.agency_id where c.id = ${id}`,
  sites: (tx, id) => tx`select a.status, s.client_id from sites s join agencies a on a.id = s.agency_id where s.id = ${id}`,
};

const rootOf = ({ path }: Operation): Root | undefined => {
  const [, , first = ""] = path.split("/");
  return Object.hasOwn(ROOTS, first) ? (first as Root) : undefined;
};

export interface ScopedCall {
  readonly operation: Operation;
  readonly actor: Actor;
  readonly ids: Readonly<Record<string, string>>;
}

/**
 * Runs `work` in the transaction of the tenant that the path names, or of the platform. Before that it checks that the first id of
 * the path exists and belongs to the caller, and that the caller's role suffices.
 * @throws ApiError `not_found`, `principal_too_low`, `suspended`
 */
export async function runInScope<T>(database: Database, { operation, actor, ids }: ScopedCall, work: (tx: Tx, agencyId: string) => Promise<T>): Promise<T> {
  const root = rootOf(operation);
  for (const [name, id] of Object.entries(ids)) if (name.endsWith("Id") && !isInstallationId(id)) throw missing();
  if (!root) {
    requireRole(operation, actor);
    return database.withPlatform(operation.id, (tx) => work(tx, ""));
  }
  const id = ids[ROOTS[root]] as string;
  const agencyId = actor.agencyId ?? (await findAgency(database, root, id));
  // Row security lets the platform's role see every agency, so the path itself must name the caller's own.
  if (operation.crossesTenants && (root !== "agencies" || id !== agencyId)) throw missing();
  const enter = operation.crossesTenants
    ? (inside: (tx: Tx) => Promise<T>) => database.withPlatform(operation.id, inside)
    : (inside: (tx: Tx) => Promise<T>) => database.withTenant(agencyId, inside);
  return enter(async (tx) => {
    const [owner] = await findOwner[root](tx, id);
    if (!owner || (actor.clientId !== null && root !== "agencies" && owner.client_id !== actor.clientId)) throw missing();
    requireRole(operation, actor);
    if (operation.method !== "GET" && !operation.allowedWhenSuspended && owner.status !== "active" && actor.role !== "super_admin") {
      throw new ApiError("suspended", `This agency is ${owner.status as string}: it can read but not change anything. Talk to the platform.`);
    }
    return work(tx, agencyId);
  });
}

function requireRole({ minimumRole }: Operation, { role }: Actor): void {
  if (!hasRole(role, minimumRole)) throw new ApiError("principal_too_low", `This needs the role ${minimumRole}, and your key has ${role}.`);
}

/** The agency of the row that a super admin's path names. */
async function findAgency(database: Database, root: Root, id: string): Promise<string> {
  if (root === "agencies") return id;
  const [row] = await database.withPlatform("super admin's tenant", (tx) => tx`select agency_id from ${tx(root)} where id = ${id}`);
  if (!row) throw missing();
  return row.agency_id as string;
}
