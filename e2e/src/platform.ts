import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfiguration } from "@dramac/edge-api/config";
import type { Database } from "@dramac/edge-api/database";
import { publishPackage } from "@dramac/edge-api/publish-package";
import { publishModules, seedDemo, type DemoSiteInput, type SeededDemo } from "@dramac/seeds/demo";
import { type RunningServer, type StartOptions, startServer } from "@dramac/edge-api/server";
import { createTestDatabase } from "@dramac/edge-api/test-database";
import { build } from "esbuild";
import { freePorts } from "./free-ports.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const FIXTURES = join(ROOT, "e2e/fixtures/modules");

export interface TestPlatform {
  readonly port: number;
  readonly hostPort: number;
  readonly url: string;
  readonly server: RunningServer;
  readonly database: Database;
  readonly seeded: SeededDemo;
  readonly mailFolder: string;
  /** The id of a module's installation on a site. */
  installation(site: string, slug: string): Promise<string>;
  close(): Promise<void>;
}

export interface PlatformOptions extends Pick<StartOptions, "echo" | "limits" | "managementRates" | "network" | "clock" | "onStatement"> {
  readonly fixtures?: readonly string[];
  /** Changes each fixture's manifest before it is published. */
  readonly change?: (manifest: Record<string, unknown>) => void;
  readonly firstParty?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Maps the database's URL to a proxy's, so that a test can close the connections. */
  readonly routeDatabaseUrl?: (url: string) => Promise<string>;
}

/** Starts a complete platform for one test file: database, API on real ports, fixture and first-party modules. */
export async function startPlatform(
  sites: (hostPort: number) => readonly DemoSiteInput[],
  { fixtures = [], change, firstParty = false, environment = {}, routeDatabaseUrl = async (url) => url, ...start }: PlatformOptions = {},
): Promise<TestPlatform> {
  const port = await freePorts(4);
  const folder = mkdtempSync(join(tmpdir(), "dramac-e2e-"));
  const database = await createTestDatabase();
  const configuration = readConfiguration({
    PORT: String(port),
    DATABASE_URL: await routeDatabaseUrl(database.url),
    DRAMAC_DATA: folder,
    NODE_ENV: "test",
    ...environment,
  });
  const server = await startServer(configuration, { dist: join(ROOT, "dist"), ...start });
  if (firstParty) await publishModules(server.database, join(ROOT, "modules"));
  for (const name of fixtures) await publishFixture(server.database, name, change);
  const seeded = await seedDemo(server.database, sites(port + 1), "owner@example.com");
  return {
    port,
    hostPort: port + 1,
    url: configuration.platform,
    server,
    database: server.database,
    seeded,
    mailFolder: server.mailFolder,
    async installation(site, slug) {
      const [row] = await server.database.withPlatform(
        "test look-up",
        (tx) => tx`
        select i.id from site_module_installations i join modules m on m.id = i.module_id join sites s on s.id = i.site_id
        where s.name = ${site} and m.slug = ${slug} and i.uninstalled_at is null`,
      );
      return row?.id as string;
    },
    async close() {
      await server.close();
      await database.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Bundles and publishes a fixture module, as an author's build would. Other files of its folder are published unchanged. */
export async function publishFixture(
  database: Database,
  name: string,
  change: (manifest: Record<string, unknown>) => void = () => undefined,
  folder = FIXTURES,
): Promise<void> {
  const manifest = JSON.parse(readFileSync(join(folder, name, "manifest.json"), "utf8")) as Record<string, unknown>;
  change(manifest);
  const { outputFiles } = await build({
    entryPoints: [join(folder, name, "main.ts")],
    bundle: true,
    format: "esm",
    target: "es2022",
    write: false,
    minify: true,
  });
  const others = readdirSync(join(folder, name)).filter((file) => file.endsWith(".js"));
  await publishPackage(database, manifest, [
    { path: "main.js", bytes: Buffer.from(outputFiles[0]?.contents ?? "") },
    ...others.map((file) => ({ path: file, bytes: readFileSync(join(folder, name, file)) })),
  ]);
}
