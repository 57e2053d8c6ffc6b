import {
  DeveloperSchema,
  DeveloperStatementSchema,
  ModuleDeveloperSchema,
  PageQuerySchema,
  pageOf,
  StatementListSchema,
  StatementQuerySchema,
} from "@dramac/contracts";
import { z } from "zod";
import type { Tx } from "../../db/database.ts";
import { operation } from "../operation.ts";
import { pageFrom, pageStart, cursorKey } from "../../services/keyset-page.ts";
import { missing } from "../../services/missing.ts";
import { developerStatement, developerStatementCsv } from "./developer-statement.ts";
import { monthsSince } from "./statement-month.ts";

const columns = (tx: Tx) => tx`d.id, d.name, (select count(*)::int from modules m where m.developer_id = d.id) as modules, d.created_at as "createdAt"`;

/** Developers of modules and their monthly statements. */
export const developerOperations = [
  operation({
    id: "developer.list",
    method: "GET",
    path: "/api/admin/developers",
    summary: "The developers of modules, newest first.",
    minimumRole: "super_admin",
    query: PageQuerySchema,
    answer: pageOf(DeveloperSchema),
    async run({ tx, query }) {
      const rows = await tx`
        select ${columns(tx)}, ${cursorKey(tx, "d.created_at")} from developers d
        where (d.created_at, d.id) < ${pageStart(tx, query)} order by d.created_at desc, d.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "module.set-developer",
    method: "PUT",
    path: "/api/admin/modules/{moduleId}/developer",
    summary: "Sets the developer of a module, who gets the share of new payments. The share of earlier payments stays with the earlier developer.",
    minimumRole: "super_admin",
    body: ModuleDeveloperSchema,
    answer: DeveloperSchema,
    async run({ tx, ids, body: { name }, record }) {
      const [before] = await tx`select d.name from modules m join developers d on d.id = m.developer_id where m.id = ${ids.moduleId} for update of m`;
      if (!before) throw missing();
      await tx`insert into developers (name) values (${name}) on conflict do nothing`;
      await tx`update modules set developer_id = (select id from developers where name = ${name}), author_name = ${name} where id = ${ids.moduleId}`;
      record({ subject: "module", id: ids.moduleId, before: { developer: before.name as string }, after: { developer: name } });
      return (await tx`select ${columns(tx)} from developers d where d.name = ${name}`)[0];
    },
  }),
  operation({
    id: "developer.statement.list",
    method: "GET",
    path: "/api/admin/developers/{developerId}/statements",
    summary: "The months that have a statement, newest first.",
    minimumRole: "super_admin",
    answer: StatementListSchema,
    async run({ tx, ids: { developerId }, now }) {
      const [row] = await tx`select (select min(posted_at) from ledger_lines where developer_id = d.id) as first from developers d where d.id = ${developerId}`;
      if (!row) throw missing();
      return { items: monthsSince(row.first as Date | null, now) };
    },
  }),
  operation({
    id: "developer.statement.get",
    method: "GET",
    path: "/api/admin/developers/{developerId}/statements/{month}",
    summary: "A developer's share of the payments for its modules in a month, one entry for each posting, with the moment from which it can be paid out.",
    minimumRole: "super_admin",
    query: StatementQuerySchema,
    answer: DeveloperStatementSchema,
    run: ({ tx, ids: { developerId, month }, query: { mode }, now }) => developerStatement(tx, { developerId, month, mode, now }),
  }),
  operation({
    id: "developer.statement.get-csv",
    method: "GET",
    path: "/api/admin/developers/{developerId}/statements/{month}/csv",
    summary: "The same statement as comma-separated values.",
    minimumRole: "super_admin",
    query: StatementQuerySchema,
    answer: z.string(),
    answers: "csv",
    run: async ({ tx, ids: { developerId, month }, query: { mode }, now }) =>
      developerStatementCsv(await developerStatement(tx, { developerId, month, mode, now })),
  }),
];
