import { BrokeredAgencyChangeSchema, BrokeredClientChangeSchema, BrokeredSiteChangeSchema } from "@dramac/contracts";
import type { Database, Tx } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { updateRow } from "../services/update-row.ts";
import type { Caller } from "../services/caller.ts";
import type { WriteModuleAudit } from "./audit.ts";

type Columns = Readonly<Record<string, unknown>>;

/** The site, client and agency of an installation, as a module may read and, for a member, change them. Their ids come from the installation or from the member's page. */
const SUBJECTS = {
  site: {
    table: "sites",
    columns: (tx: Tx) => tx`id, name, domain, locale, timezone as "timeZone"`,
    change: (data: unknown): Columns => {
      const { timeZone, ...rest } = parse(BrokeredSiteChangeSchema, data);
      return { ...rest, timezone: timeZone };
    },
  },
  client: {
    table: "clients",
    columns: (tx: Tx) => tx`id, name, email, locale, status`,
    change: (data: unknown): Columns => parse(BrokeredClientChangeSchema, data),
  },
  agency: {
    table: "agencies",
    columns: (tx: Tx) => tx`id, name, slug, locale, currency`,
    change: (data: unknown): Columns => parse(BrokeredAgencyChangeSchema, data),
  },
} as const;
type Subject = keyof typeof SUBJECTS;

/** @throws ApiError `not_found` when neither the installation nor the page has such a subject */
function idOf(subject: Subject, { installation, member }: Caller): string {
  const ids = { site: installation.siteId ?? member?.siteId, client: installation.clientId ?? member?.clientId, agency: installation.agencyId };
  const id = ids[subject];
  if (!id) throw new ApiError("not_found", `Neither this installation nor its page is about one ${subject}.`);
  return id;
}

export function createTenantAccess(database: Database, writeModuleAudit: WriteModuleAudit) {
  async function read(tx: Tx, subject: Subject, id: string): Promise<Columns> {
    const { table, columns } = SUBJECTS[subject];
    const [row] = await tx`select ${columns(tx)} from ${tx(table)} where id = ${id}`;
    if (!row) throw new ApiError("not_found", `There is no such ${subject}.`);
    return { ...row };
  }

  return {
    read: (subject: Subject, caller: Caller): Promise<Columns> =>
      database.withTenant(caller.installation.agencyId, (tx) => read(tx, subject, idOf(subject, caller))),
    change: (subject: Subject, caller: Caller, data: unknown): Promise<Columns> =>
      database.withTenant(caller.installation.agencyId, async (tx) => {
        const id = idOf(subject, caller);
        const { before, after } = await updateRow(tx, SUBJECTS[subject].table, id, SUBJECTS[subject].change(data ?? {}));
        await writeModuleAudit(tx, `module.change-${subject}`, caller, { subject, id, before, after });
        return read(tx, subject, id);
      }),
  };
}
