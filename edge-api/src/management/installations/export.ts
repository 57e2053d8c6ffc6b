import { ExportLineSchema } from "@dramac/contracts";
import { ApiError } from "../../http/api-error.ts";
import type { NdjsonFile, RunInTransaction } from "../ndjson.ts";
import { operation } from "../operation.ts";
import { RESTORABLE_DAYS } from "../../services/installations/change.ts";
import { ROOTS, type TenantLevel } from "../../services/installations/installation-scope.ts";
import { installationScopeOf, readInstallation } from "../../services/installations/read.ts";

/** Documents in a page; of the largest size, a page is a few megabytes. */
const PAGE = 50;
const DAY_MS = 86_400_000;

/** Exports everything that an installation stores, at each level; also of an uninstalled one while it can be restored. */
export const exportOperations = (["agency", "client", "site"] as const).map((level: TenantLevel) =>
  operation({
    id: `${level}.installation.export`,
    method: "GET",
    path: `${ROOTS[level]}/installations/{installationId}/export` as `${(typeof ROOTS)[TenantLevel]}/installations/{installationId}/export`,
    summary:
      "The installation with everything it stored, as lines of JSON: settings without secrets, grants and version, then every document. The last line contains their number.",
    minimumRole: level === "agency" ? "agency_member" : "client_member",
    answers: "ndjson",
    answer: ExportLineSchema,
    async run({ tx, agencyId, ids, record }): Promise<NdjsonFile> {
      const id = ids.installationId;
      const installation = await readInstallation(tx, await installationScopeOf(tx, level, agencyId, ids), id);
      const uninstalledAt = installation.uninstalledAt as Date | null;
      if (uninstalledAt && Date.now() - uninstalledAt.getTime() > RESTORABLE_DAYS * DAY_MS) {
        throw new ApiError("gone", `The installation was uninstalled more than ${RESTORABLE_DAYS} days ago, and its data is deleted.`);
      }
      // An export changes nothing, but it takes personal data out, so it is recorded.
      record({ subject: "installation", id, after: { exported: true } });
      const head = { kind: "installation", exportedAt: new Date(), installation };
      return { fileName: `${installation.moduleSlug as string}-${id}.jsonl`, read: (runInTransaction) => readLines(runInTransaction, id, head) };
    },
  }),
);

async function* readLines(runInTransaction: RunInTransaction, installationId: string, head: object): AsyncGenerator<object> {
  yield head;
  let documents = 0;
  for (let last: readonly [collection: string, id: string] | undefined; ; ) {
    const rows = await runInTransaction(
      (tx) => tx`
        select 'document' as kind, collection, id, visitor_sub as visitor, author, version, data, created_at as "createdAt", updated_at as "updatedAt"
        from module_documents
        where installation_id = ${installationId} ${last ? tx`and (collection, id) > (${last[0]}, ${last[1]})` : tx``}
        order by collection, id limit ${PAGE}`,
    );
    for (const row of rows) yield row;
    documents += rows.length;
    const end = rows.at(-1);
    if (!end || rows.length < PAGE) break;
    last = [end.collection as string, end.id as string];
  }
  yield { kind: "end", documents };
}
