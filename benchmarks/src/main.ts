import { startTestCluster } from "../../edge-api/test/helpers/database.ts";
import { build } from "../../scripts/build.ts";
import { keepResults } from "./keep-results.ts";
import { MEASUREMENTS } from "./measurements.ts";
import { printTable } from "./table.ts";
import type { Figure } from "./figure.ts";

const QUICK = "--quick";
const words = process.argv.slice(2).filter((word) => word !== QUICK);
const rounds = process.argv.includes(QUICK) ? 3 : 9;

/**
 * `npm run bench`: one table, `results/latest.json` and the curves. `-- --quick` takes three rounds instead of nine,
 * `-- word` runs the measurements whose name holds the word. One that fails is told of and leaves its last results.
 */
async function bench(): Promise<number> {
  const chosen = MEASUREMENTS.filter(({ name }) => !words.length || words.some((word) => name.includes(word)));
  if (!chosen.length) throw new Error(`No measurement is called ${words.join(" or ")}: there are ${MEASUREMENTS.map(({ name }) => name).join(", ")}.`);
  await build();
  const cluster = process.env.DATABASE_URL ? undefined : await startTestCluster();
  if (cluster) process.env.DRAMAC_TEST_CLUSTER_URL = cluster.url;
  const figures: Figure[] = [];
  let failed = 0;
  try {
    for (const { name, about, run } of chosen) {
      console.log(`${name}: ${about} …`);
      try {
        const outcome = await run(rounds);
        figures.push(...outcome.figures);
        keepResults(name, rounds, outcome);
      } catch (error) {
        failed++;
        console.error(`${name} failed:`, error);
      }
    }
    printTable(figures);
    return failed ? 1 : 0;
  } finally {
    await cluster?.stop();
  }
}

process.exit(await bench());
