import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfiguration } from "@dramac/edge-api/config";
import { makeLargeOwnerKey } from "@dramac/seeds/large";
import { startServer } from "@dramac/edge-api/server";
import { freePorts, makeRootKey, startMockOutgoingHosts } from "../../src/index.ts";
import { recordHotQueries } from "./every-hot-query.ts";
import { findScans, type FoundScan } from "./explain.ts";
import { canTellPlans, findScansInside, findWaste, plansInside, tellingPlans, toldPlans } from "./inside-functions.ts";
import { PARTNER } from "./module-paths.ts";
import { createRecorder, type RecordedStatement } from "./recorded-statements.ts";

export interface Explained {
  /** What a node sends. */
  readonly statements: readonly RecordedStatement[];
  /** What runs inside functions and triggers, each text once; nothing where the login may not have plans told. */
  readonly inside: readonly string[];
  readonly scans: readonly FoundScan[];
}

/**
 * Starts a node in front of a large seed, does everything that is done often, and has each statement explained: what the node
 * sends with its parameters and without. Then it is done twice more by nodes that are told how each statement was planned, inside
 * functions and triggers too: once as ever, once without reading whole tables, so that what no index leads to shows in small tables as well.
 */
export async function explainLarge(url: string, sites: number): Promise<Explained> {
  const usual = await record(url, sites);
  const scans = await findScans(url, usual.statements);
  if (!(await canTellPlans(url))) return { statements: usual.statements, inside: [], scans };
  const inside = new Set<string>();
  for (const planning of ["usual", "without scans"] as const) {
    const { sent, notices } = await record(tellingPlans(url, planning), sites);
    const told = toldPlans(notices);
    const plans = plansInside(told, sent);
    for (const plan of plans) inside.add(plan["Query Text"].trim());
    scans.push(...(await findScansInside(url, plans, planning)), ...(planning === "usual" ? findWaste(told) : []));
  }
  return { statements: usual.statements, inside: [...inside], scans };
}

/** Everything that is done often, by a node of its own. */
async function record(url: string, sites: number) {
  const port = await freePorts(3);
  const folder = mkdtempSync(join(tmpdir(), "dramac-explain-"));
  const recorder = createRecorder();
  const mock = await startMockOutgoingHosts([PARTNER], (_, response) => response.writeHead(200, { "content-type": "application/json" }).end("{}"));
  const configuration = readConfiguration({ PORT: String(port), DATABASE_URL: url, DRAMAC_DATA: folder, NODE_ENV: "test" });
  const server = await startServer(configuration, { onStatement: recorder.record, onNotice: recorder.recordNotice, network: mock.network });
  try {
    const root = await makeRootKey(server.database);
    const { key: owner } = await makeLargeOwnerKey(server.database);
    try {
      return await recordHotQueries({ port, url: configuration.platform, database: server.database, superAdmin: root.key, owner }, recorder, sites);
    } finally {
      await root.revoke();
    }
  } finally {
    await server.close();
    await mock.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
