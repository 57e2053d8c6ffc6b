import { randomBytes } from "node:crypto";
import { type InstallationId, type PreparedPrint, PRINT_LIMITS, PrintPageSchema } from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import type { Database } from "../db/database.ts";
import type { PrintDocument } from "../delivery/print-document.ts";
import { ApiError, parse } from "../http/api-error.ts";
import type { Caller } from "./caller.ts";

/** Pages that modules prepare for printing. They are stored for some minutes, at addresses that cannot be guessed. */
export function createPrintPages(database: Database, addresses: Pick<Addresses, "frameOrigin">) {
  return {
    /** @throws ApiError `validation_failed`, `quota_exceeded` while too many pages of the installation are stored */
    async create(caller: Caller, data: unknown): Promise<PreparedPrint> {
      const { title, locale = "en", html } = parse(PrintPageSchema, data);
      const { id: installation, agencyId, moduleId } = caller.installation;
      const id = randomBytes(32).toString("base64url");
      const [made] = await database.withTenant(
        agencyId,
        (tx) => tx`
          insert into print_pages (id, installation_id, agency_id, module_id, title, locale, html, expires_at)
          select ${id}, ${installation}::uuid, ${agencyId}::uuid, ${moduleId}::uuid, ${title}, ${locale}, ${html}, now() + make_interval(mins => ${PRINT_LIMITS.minutes})
          where (select count(*) from print_pages where installation_id = ${installation} and expires_at > now()) < ${PRINT_LIMITS.waiting}
          returning expires_at`,
      );
      if (!made)
        throw new ApiError("quota_exceeded", `${PRINT_LIMITS.waiting} pages already wait to be printed. Try again in ${PRINT_LIMITS.minutes} minutes.`);
      return { url: `${addresses.frameOrigin(installation)}/print/${id}`, expiresAt: (made.expires_at as Date).toISOString() };
    },

    /** A page that has not expired, on the host of its own installation. Pages of killed and of uninstalled modules are not found. */
    async find(installation: InstallationId, id: string): Promise<PrintDocument | undefined> {
      const [row] = await database.withPlatform(
        "page to print",
        (tx) => tx`
          select p.title, p.locale, p.html, m.name from print_pages p join modules m on m.id = p.module_id join agencies a on a.id = p.agency_id
          where p.id = ${id} and p.installation_id = ${installation} and p.expires_at > now()
            and m.killed_at is null and m.status <> 'disabled' and a.status = 'active'
            and not exists (select from installations i where i.id = p.installation_id and i.uninstalled_at is not null)`,
      );
      if (!row) return undefined;
      return { title: row.title as string, locale: row.locale as string, html: row.html as string, module: row.name as string };
    },
  };
}

export type PrintPages = ReturnType<typeof createPrintPages>;

/** Deletes expired pages. @returns how many were deleted */
export const forgetPrintPages = async (database: Database): Promise<number> =>
  (await database.withPlatform("forget pages to print", (tx) => tx`delete from print_pages where expires_at < now()`)).count;
