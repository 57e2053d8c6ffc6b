import { z } from "zod";
import type { Addresses } from "../../addresses.ts";
import { embedCodes } from "../../delivery/embed-codes.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";

/** The HTML that the owner of a site pastes. */
export const embedCodeOperations = (addresses: Addresses) => [
  operation({
    id: "site.installation.embed-codes",
    method: "GET",
    path: "/api/sites/{siteId}/installations/{installationId}/embed-codes",
    summary: "HTML to paste for this module: a script tag for the whole site, an element, or a plain iframe.",
    minimumRole: "client_member",
    answer: z.strictObject({ line: z.string(), element: z.string(), iframe: z.string() }),
    async run({ tx, ids: { siteId, installationId } }) {
      const [row] = await tx`
        select s.key, m.name from site_module_installations i join modules m on m.id = i.module_id
        join surfaces s on s.site_id = i.site_id and s.kind = 'site'
        where i.id = ${installationId} and i.site_id = ${siteId} and i.uninstalled_at is null`;
      if (!row) throw missing();
      return embedCodes(addresses, row.key as string, { id: installationId as never, name: row.name as string });
    },
  }),
];
