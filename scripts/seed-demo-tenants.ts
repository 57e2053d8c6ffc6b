import { hostOf } from "../demo-sites/src/index.ts";
import type { Configuration } from "../edge-api/src/config.ts";
import type { Database } from "../edge-api/src/db/database.ts";
import { publishModules, seedDemo } from "@dramac/seeds/demo";
import { seedMembers } from "@dramac/seeds/members";
import { demoSites, keepDemoSecrets, readDemoSecrets } from "./demo.ts";

const OWNER = "owner@harbour.example";

/** The first-party modules and the demo tenants with their places, keys and backends, once; their secrets are kept in the data folder. */
export async function seedDemoTenants(database: Database, { port, dataFolder }: Configuration) {
  await publishModules(database, "modules");
  const known = readDemoSecrets(dataFolder);
  const demo = await seedDemo(database, demoSites(port + 1), OWNER, known.keys);
  const origins = { portal: hostOf("portal", port + 1), "agency-dashboard": hostOf("agency-dashboard", port + 1) };
  const { surfaces, backends } = await seedMembers(database, demo.agencyId, origins, known.backends);
  keepDemoSecrets(dataFolder, { keys: demo.keys, backends });
  return { agencyId: demo.agencyId, keys: demo.keys, demoSites: demo.sites, sites: { ...demo.sites, ...surfaces } as typeof demo.sites, backends };
}
