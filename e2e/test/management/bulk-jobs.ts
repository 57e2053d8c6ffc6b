import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import type { TestPlatform } from "../../src/index.ts";
import { type Agency, call } from "./api.ts";

/** What tests of installing on many sites do again and again, with one agency's jobs of one module. */
export function createBulkJobs(platform: TestPlatform, agency: Agency, moduleId: () => string) {
  const { agencyId = "" } = agency.ids;
  const path = (rest = "") => `/api/agencies/${agencyId}/bulk-installs${rest}`;
  const get = async (id: string, query = "") => (await call(platform, { key: agency.keys.agency_owner, method: "GET", path: path(`/${id}${query}`) })).body;
  return {
    path,
    get,
    /** Waits until a job has ended. */
    async ended(id: string, query = ""): Promise<Awaited<ReturnType<typeof call>>["body"]> {
      for (let turn = 0; turn < 600; turn++) {
        const body = await get(id, query);
        if (body.status !== "running") return body;
        await sleep(50);
      }
      return assert.fail("it does not end");
    },
    /** A job that no worker begins before it is released; begun with the owner's key, unless it is another's. */
    stage: (siteIds: readonly string[], keyId?: string): Promise<string> =>
      platform.database.withPlatform("test", async (tx) => {
        const [owner] = await tx`select id from api_keys where agency_id = ${agencyId} and role = 'agency_owner' and revoked_at is null limit 1`;
        const [job] = await tx`insert into bulk_installs (agency_id, module_id, status, actor_id, actor_role, request_id)
          values (${agencyId}, ${moduleId()}, 'cancelled', ${keyId ?? (owner?.id as string)}, 'agency_owner', 'staged') returning id`;
        const id = job?.id as string;
        await tx`insert into bulk_install_sites (bulk_id, agency_id, site_id) select ${id}, ${agencyId}, unnest(${[...siteIds]}::uuid[])`;
        return id;
      }),
    /** Lets workers begin, with all of them at once. */
    release: (...ids: readonly string[]) =>
      platform.database.withPlatform("test", (tx) => tx`update bulk_installs set status = 'running' where id = any(${[...ids]}::uuid[])`),
  };
}
