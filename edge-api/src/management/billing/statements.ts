import { AgencyStatementSchema, StatementListSchema, StatementQuerySchema } from "@dramac/contracts";
import { z } from "zod";
import { operation } from "../operation.ts";
import { agencyStatement, agencyStatementCsv } from "./agency-statement.ts";
import { monthsSince } from "./statement-month.ts";

/** What an agency paid and is owed, month by month. */
export const statementOperations = [
  operation({
    id: "statement.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/statements",
    summary: "The months that there are statements of, newest first.",
    minimumRole: "agency_admin",
    answer: StatementListSchema,
    async run({ tx, ids: { agencyId } }) {
      const [row] = await tx`select least(
        (select min(posted_at) from ledger_entries where agency_id = ${agencyId}), (select min(period_start) from client_periods where agency_id = ${agencyId})) as first`;
      return { items: monthsSince(row?.first as Date | null) };
    },
  }),
  operation({
    id: "statement.get",
    method: "GET",
    path: "/api/agencies/{agencyId}/statements/{month}",
    summary: "What the agency paid in a month, per module and posting by posting, with where each came from; and what its clients owe it.",
    minimumRole: "agency_admin",
    query: StatementQuerySchema,
    answer: AgencyStatementSchema,
    run: ({ tx, ids, query }) => agencyStatement(tx, ids.agencyId, ids.month, query.mode),
  }),
  operation({
    id: "statement.get-csv",
    method: "GET",
    path: "/api/agencies/{agencyId}/statements/{month}/csv",
    summary: "The same as comma-separated values.",
    minimumRole: "agency_admin",
    query: StatementQuerySchema,
    answer: z.string(),
    answers: "csv",
    run: async ({ tx, ids, query }) => agencyStatementCsv(await agencyStatement(tx, ids.agencyId, ids.month, query.mode)),
  }),
];
