import { publishFixture } from "@dramac/e2e";
import { createTestDatabase } from "@dramac/edge-api/test-database";
import { seedBulkSites } from "./bulk-sites.ts";
import { forkApiNode } from "./fork-api-node.ts";

/** A node in a process of its own, in front of a database with so many sites of one module each. */
export async function startApiNode(sites: number) {
  const database = await createTestDatabase();
  await publishFixture(database.database, "probe");
  await seedBulkSites(database.url, sites, "probe");
  const node = await forkApiNode(database.url);
  return {
    ...node,
    async close(): Promise<void> {
      await node.close();
      await database.destroy();
    },
  };
}
