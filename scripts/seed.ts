import { join } from "node:path";
import { parseArgs } from "node:util";
import { readConfiguration } from "../edge-api/src/config.ts";
import { connectDatabase, type Database } from "../edge-api/src/db/database.ts";
import { startEmbeddedPostgres } from "@dramac/embedded-postgres";
import { migrate } from "../edge-api/src/db/migrate.ts";
import { findWrongCounts, LARGE, largeSiteKey, makeLargeOwnerKey, seedLarge, sizesFor } from "@dramac/seeds/large";
import { explainLarge } from "../e2e/test/large-seed/explain-large.ts";
import { build } from "./build.ts";
import { logToConsole } from "./console-log.ts";
import { createProgressBar } from "./progress-bar.ts";
import { seedDemoTenants } from "./seed-demo-tenants.ts";

const HELP = `npm run seed                    the demo tenants, as npm start makes them
npm run seed -- --large         1,000 agencies, 20,000 clients, 100,000 sites and 300,000 installations
npm run seed -- --large --sites 5000
                                the same proportions around another number of sites
npm run seed -- --large --explain
                                also has PostgreSQL explain every hot query over it, and fails on one that reads
                                a growing table from end to end

Into the database of DATABASE_URL, or the embedded one in DRAMAC_DATA (stop npm start first: it has that one).
A second run adds what is missing. The login must own the tables.
`;

const { values } = parseArgs({
  options: {
    explain: { type: "boolean", default: false },
    large: { type: "boolean", default: false },
    sites: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

/** Makes the large tenants, proves their counts, and prints where to look. */
async function large(database: Database, url: string): Promise<void> {
  const started = performance.now();
  const sizes = values.sites === undefined ? LARGE : sizesFor(Number(values.sites));
  const steps = await seedLarge({ database, url, sizes, modules: "modules", onProgress: createProgressBar(process.stdout) });
  const seconds = (performance.now() - started) / 1_000;
  for (const { step, rows, added } of steps) {
    console.log(
      `  ${step.padEnd(28)}${rows.toLocaleString("en-US").padStart(9)}${added < rows ? `  (${added.toLocaleString("en-US")} new, the others were there)` : ""}`,
    );
  }
  const wrong = await findWrongCounts(database);
  if (wrong.length) throw new Error(`The counts do not agree with the rows:\n${wrong.join("\n")}`);
  const { agencyId, key } = await makeLargeOwnerKey(database);
  console.log(`  in ${seconds.toFixed(0)} s; install_count, current_installations and stored bytes agree with the rows.

  Largest agency  ${agencyId}
  Its owner's key ${key}
  A site's key    ${largeSiteKey(0)}`);
  if (!values.explain) return;
  const { statements, inside, scans } = await explainLarge(url, sizes.sites);
  for (const { table, role, text, plan, filter } of scans) console.error(`  reads too much of ${table} (${plan}, ${role}; ${filter}): ${text}`);
  if (scans.length) throw new Error(`${scans.length} plans read a growing table from end to end, or much of it for nothing.`);
  console.log(`
  ${statements.length} hot queries explained, with their parameters and without${inside.length ? `, and ${inside.length} that run inside functions` : ""}: none reads a growing table from end to end, or much of it for nothing.`);
  if (!inside.length) console.log("  What runs inside functions was not looked at: only a superuser may have PostgreSQL tell of it.");
}

async function seed(): Promise<void> {
  await logToConsole();
  const configuration = readConfiguration();
  const { dataFolder, databaseDirectUrl } = configuration;
  await build();
  const embedded = configuration.databaseUrl === undefined ? await startEmbeddedPostgres({ dataDir: join(dataFolder, "postgres") }) : undefined;
  const url = databaseDirectUrl ?? configuration.databaseUrl ?? (embedded?.url as string);
  try {
    await migrate({ url });
    const database = connectDatabase({ url, statementTimeoutMs: 120_000 });
    try {
      if (values.large) await large(database, url);
      else {
        await seedDemoTenants(database, configuration);
        console.log("The demo tenants are there. npm start shows them.");
      }
    } finally {
      await database.close();
    }
  } finally {
    await embedded?.stop();
  }
}

if (values.help) console.log(HELP);
else {
  await seed().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
