import { AgencyStatementSchema, StatementListSchema, StatementQuerySchema } from "@dramac/contracts";
import { z } from "zod";
import { operation } from "../operation.ts";
import { agencyStatement, agencyStatementCsv } from "./agency-statement.ts";
import { monthsSince } from "./statement-month.ts";

/** An agency's monthly statements: what it paid, and what its clients owe it. */
export const statementOperations = [
  operation({
    id: "statement.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/statements",
    summary: "The months that have a statement, newest first.",
    minimumRole: "agency_admin",
    answer: StatementListSchema,
    async run({ tx, ids: { agencyId }, now }) {
      const [row] = await tx`select least(
        (select min(posted_at) from ledger_entries where agency_id = ${agencyId}), (select min(period_start) from client_periods where agency_id = ${agencyId})) as first`;
      return { items: monthsSince(row?.first as Date | null, now) };
    },
  }),
  operation({
    id: "statement.get",
    method: "GET",
    path: "/api/agencies/{agencyId}/statements/{month}",
    summary: "What the agency paid in a month, for each module and each posting with its source, and what its clients owe it.",
    minimumRole: "agency_admin",
    query: StatementQuerySchema,
    answer: AgencyStatementSchema,
    run: ({ tx, ids: { agencyId, month }, query: { mode }, now }) => agencyStatement(tx, { agencyId, month, mode, now }),
  }),
  operation({
    id: "statement.get-csv",
    method: "GET",
    path: "/api/agencies/{agencyId}/statements/{month}/csv",
    summary: "The same statement as comma-separated values.",
    minimumRole: "agency_admin",
    query: StatementQuerySchema,
    answer: z.string(),
    answers: "csv",
    run: async ({ tx, ids: { agencyId, month }, query: { mode }, now }) => agencyStatementCsv(await agencyStatement(tx, { agencyId, month, mode, now })),
  }),
];
