import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { startTestCluster } from "../../edge-api/test/helpers/database.ts";
import { build } from "../build.ts";
import { ensureBrowser } from "../install-browser.ts";
import { generateMutants, type Mutant } from "./generate-mutants.ts";
import { type Target, TARGETS } from "./targets.ts";
import { testsPass, tryMutant } from "./try-mutant.ts";
import { copyWorkspace } from "./workspace-copy.ts";

const HELP = `npm run mutants                  changes the files where faults hurt most, one change at a time, and runs their tests
npm run mutants -- caller ledger files whose path holds one of these words
npm run mutants -- --list        prints the changes and runs nothing
npm run mutants -- --every 5     every fifth change
It fails when the tests of a group notice less than ${percent(0.85)} of the changes, or do not pass before any change.
`;

/** The share of mutants that each group's tests must notice. */
const LEAST_KILLED = 0.85;
const WORKERS = 2;

interface Job {
  readonly target: Target;
  readonly mutant: Mutant;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { help: { type: "boolean" }, list: { type: "boolean" }, every: { type: "string", default: "1" } },
});

function percent(share: number): string {
  return `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`;
}

function chooseJobs(): Job[] {
  const targets = TARGETS.filter(({ file, group }) => !positionals.length || positionals.some((word) => file.includes(word) || group === word));
  const jobs = targets.flatMap((target) => generateMutants(target.file, readFileSync(target.file, "utf8")).map((mutant) => ({ target, mutant })));
  return jobs.filter((_, at) => at % Number(values.every) === 0);
}

const nameOf = ({ target, mutant }: Job): string => `${target.file}:${mutant.line}  ${mutant.description}`;

/** Tries every job, two at a time. @returns the ones that no test noticed */
async function findSurvivors(jobs: readonly Job[]): Promise<Job[]> {
  const survivors: Job[] = [];
  const waiting = [...jobs];
  let done = 0;
  const cluster = await startTestCluster();
  process.env.DRAMAC_TEST_CLUSTER_URL = cluster.url;
  const copies = Array.from({ length: WORKERS }, copyWorkspace);
  const removeCopies = () => copies.forEach((copy) => copy.remove());
  process.once("SIGINT", () => {
    removeCopies();
    process.exit(130);
  });
  try {
    const [copy] = copies;
    for (const target of new Map(jobs.map(({ target: one }) => [one.tests.join(), one])).values()) {
      if (copy && !(await testsPass(copy, target))) throw new Error(`${target.tests.join(", ")} fails without any change. Mend it first.`);
    }
    await Promise.all(
      copies.map(async (own) => {
        for (let job = waiting.shift(); job; job = waiting.shift()) {
          const isKilled = await tryMutant(own, job.target, job.mutant);
          if (!isKilled) survivors.push(job);
          console.log(`${String(++done).padStart(5)}/${jobs.length}  ${isKilled ? "killed  " : "SURVIVED"}  ${nameOf(job)}`);
        }
      }),
    );
  } finally {
    removeCopies();
    await cluster.stop();
  }
  return survivors;
}

async function main(): Promise<number> {
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const jobs = chooseJobs();
  if (values.list) {
    for (const job of jobs) console.log(nameOf(job));
    console.log(`${jobs.length} mutants.`);
    return 0;
  }
  if (!jobs.length) throw new Error("No file of that name is in scripts/mutants/targets.ts.");
  if (jobs.some(({ target }) => target.tests.some((test) => test.endsWith(".browser.test.ts")))) ensureBrowser();
  await build();
  const survivors = await findSurvivors(jobs);
  console.log("");
  for (const job of survivors) console.log(`survived: ${nameOf(job)}`);
  printShares(jobs, survivors, (target) => target.file);
  const shares = printShares(jobs, survivors, (target) => target.group);
  return shares.every((share) => share >= LEAST_KILLED) ? 0 : 1;
}

/** Prints how many mutants were killed, by file or by group. @returns the share of each */
function printShares(jobs: readonly Job[], survivors: readonly Job[], nameFor: (target: Target) => string): number[] {
  return [...new Set(jobs.map(({ target }) => nameFor(target)))].map((name) => {
    const all = jobs.filter(({ target }) => nameFor(target) === name).length;
    const killed = all - survivors.filter(({ target }) => nameFor(target) === name).length;
    console.log(`${name.padEnd(60)}${String(killed).padStart(5)} of ${String(all).padStart(5)} killed, ${percent(killed / all)}`);
    return killed / all;
  });
}

process.exitCode = await main().catch((error: Error) => {
  console.error(error.message);
  return 1;
});
