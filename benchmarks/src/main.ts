import { mkdirSync, writeFileSync } from "node:fs";
import { startTestCluster } from "../../edge-api/test/helpers/database.ts";
import { build } from "../../scripts/build.ts";
import { measureBytes } from "./bytes.ts";
import { type Figure, isMet } from "./figure.ts";
import { measureMount } from "./mount-race.ts";
import { measurePlanHit } from "./plan-hit.ts";

const ROUNDS = process.argv.includes("--quick") ? 3 : 9;
const RESULTS = new URL("../results/", import.meta.url);

const row = (figure: Figure) => ({
  what: figure.what,
  ours: figure.ours,
  peer: figure.peer,
  ratio: Number(figure.ratio.toFixed(2)),
  target: figure.target ? `${figure.target.is} ${figure.target.bound}` : "",
  met: { true: "yes", false: "no", undefined: "" }[String(isMet(figure))],
});

/** `npm run bench`: one table, and `results/latest.json`. `-- --quick` takes three rounds instead of nine. */
async function bench(): Promise<void> {
  await build();
  const cluster = process.env.DATABASE_URL ? undefined : await startTestCluster();
  if (cluster) process.env.DRAMAC_TEST_CLUSTER_URL = cluster.url;
  try {
    const figures = [...measureBytes(), await measurePlanHit(ROUNDS), ...(await measureMount(ROUNDS, 100)), ...(await measureMount(ROUNDS, 0))];
    console.table(figures.map(row));
    mkdirSync(RESULTS, { recursive: true });
    writeFileSync(new URL("latest.json", RESULTS), `${JSON.stringify({ node: process.version, rounds: ROUNDS, figures }, null, 2)}\n`);
  } finally {
    await cluster?.stop();
  }
}

await bench();
process.exit(0);
