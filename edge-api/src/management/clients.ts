import { ClientChangeSchema, ClientCreateSchema, ClientSchema, PageQuerySchema, pageOf } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { updateRow } from "../services/update-row.ts";

const columns = (tx: Tx) => tx`id, agency_id as "agencyId", name, email, status, locale, created_at as "createdAt", updated_at as "updatedAt"`;
const get = async (tx: Tx, id: string) => (await tx`select ${columns(tx)} from clients where id = ${id}`)[0];

/** An agency's clients. */
export const clientOperations = [
  operation({
    id: "client.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/clients",
    summary: "The agency's clients, newest first.",
    minimumRole: "agency_member",
    query: PageQuerySchema,
    answer: pageOf(ClientSchema),
    async run({ tx, ids, query }) {
      const rows = await tx`select ${columns(tx)}, ${cursorKey(tx, "created_at")} from clients
        where agency_id = ${ids.agencyId} and (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "client.create",
    method: "POST",
    path: "/api/agencies/{agencyId}/clients",
    summary: "Adds a client.",
    minimumRole: "agency_admin",
    body: ClientCreateSchema,
    answer: ClientSchema,
    status: 201,
    async run({ tx, ids, body, record }) {
      const [made] = await tx`insert into clients ${tx({ ...body, agency_id: ids.agencyId })} returning ${columns(tx)}`;
      record({ subject: "client", id: made?.id as string, after: made });
      return made;
    },
  }),
  operation({
    id: "client.get",
    method: "GET",
    path: "/api/clients/{clientId}",
    summary: "The client.",
    minimumRole: "client_member",
    answer: ClientSchema,
    run: ({ tx, ids }) => get(tx, ids.clientId),
  }),
  operation({
    id: "client.update",
    method: "PATCH",
    path: "/api/clients/{clientId}",
    summary: "Changes a client. A suspended or closed client runs no modules.",
    minimumRole: "agency_admin",
    body: ClientChangeSchema,
    answer: ClientSchema,
    async run({ tx, ids, body, record }) {
      const change = await updateRow(tx, "clients", ids.clientId, body);
      record({ subject: "client", id: ids.clientId, ...change });
      return get(tx, ids.clientId);
    },
  }),
];
