import { readConfiguration } from "@dramac/edge-api/config";
import { makeLargeOwnerKey } from "@dramac/edge-api/large-seed";
import { startServer } from "@dramac/edge-api/server";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePorts, makeRootKey } from "../../src/index.ts";
import { recordHotQueries } from "./every-hot-query.ts";
import { findScans, type FoundScan } from "./explain.ts";
import { createRecorder } from "./recorded-statements.ts";

/** Starts a node in front of a large seed, does everything that is done often, and has each statement explained. */
export async function explainLarge(url: string, sites: number): Promise<{ statements: number; scans: FoundScan[] }> {
  const port = await freePorts(3);
  const folder = mkdtempSync(join(tmpdir(), "dramac-explain-"));
  const recorder = createRecorder();
  const configuration = readConfiguration({ PORT: String(port), DATABASE_URL: url, DRAMAC_DATA: folder, NODE_ENV: "test" });
  const server = await startServer(configuration, { onStatement: recorder.record });
  try {
    const root = await makeRootKey(server.database);
    const { key: owner } = await makeLargeOwnerKey(server.database);
    try {
      const platform = { port, url: configuration.platform, database: server.database, superAdmin: root.key, owner };
      const statements = await recordHotQueries(platform, recorder, sites);
      return { statements: statements.length, scans: await findScans(url, statements) };
    } finally {
      await root.revoke();
    }
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
