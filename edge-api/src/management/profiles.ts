import { hasRole, PageQuerySchema, pageOf, ProfileChangeSchema, ProfileCreateSchema, ProfileSchema, type Role } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { type Actor, operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { updateRow } from "../services/update-row.ts";
import { missing } from "../services/missing.ts";

const columns = (tx: Tx) =>
  tx`id, agency_id as "agencyId", client_id as "clientId", role, email, name, status, created_at as "createdAt", updated_at as "updatedAt"`;

/** A caller can give at most its own role. @throws ApiError `principal_too_low` */
export function requireRoleToGive(actor: Actor, role: Role): void {
  if (!hasRole(actor.role, role)) throw new ApiError("principal_too_low", `With the role ${actor.role} you cannot give the role ${role}.`);
}

/** The error for a client of another agency. */
export const foreignClient = { clients: ["not_found", "There is no such client."] } as const;

/** The users of an agency and of its clients. */
export const profileOperations = [
  operation({
    id: "profile.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/profiles",
    summary: "The agency's users, newest first.",
    minimumRole: "agency_admin",
    query: PageQuerySchema,
    answer: pageOf(ProfileSchema),
    async run({ tx, ids, query }) {
      const rows = await tx`select ${columns(tx)}, ${cursorKey(tx, "created_at")} from profiles
        where agency_id = ${ids.agencyId} and (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "profile.create",
    method: "POST",
    path: "/api/agencies/{agencyId}/profiles",
    summary: "Invites a user, with at most the caller's own role.",
    minimumRole: "agency_admin",
    body: ProfileCreateSchema,
    answer: ProfileSchema,
    status: 201,
    constraints: {
      profiles_email: ["conflict", "A person has this e-mail address. Use another."],
      profiles_agency_id_client_id_fkey: foreignClient.clients,
    },
    async run({ tx, actor, ids, body: { clientId, ...rest }, record }) {
      requireRoleToGive(actor, rest.role);
      const [made] =
        await tx`insert into profiles ${tx({ ...rest, status: "invited", client_id: clientId, agency_id: ids.agencyId })} returning ${columns(tx)}`;
      record({ subject: "profile", id: made?.id as string, after: made });
      return made;
    },
  }),
  operation({
    id: "profile.update",
    method: "PATCH",
    path: "/api/agencies/{agencyId}/profiles/{profileId}",
    summary: "Renames, disables or enables a user of at most the caller's own role.",
    minimumRole: "agency_admin",
    body: ProfileChangeSchema,
    answer: ProfileSchema,
    async run({ tx, actor, ids, body, record }) {
      const [person] = await tx`select role from profiles where id = ${ids.profileId}`;
      if (!person) throw missing();
      requireRoleToGive(actor, person.role as Role);
      const change = await updateRow(tx, "profiles", ids.profileId, body);
      record({ subject: "profile", id: ids.profileId, ...change });
      return (await tx`select ${columns(tx)} from profiles where id = ${ids.profileId}`)[0];
    },
  }),
];
