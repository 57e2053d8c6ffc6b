import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { runTests } from "./run-tests.ts";
import type { TestResult } from "./test-result.ts";

const PAGE = "docs/security.md";
const [BEGIN, END] = ["<!-- results: begin -->", "<!-- results: end -->"];
const ATTACKS = "e2e/test/attacks";

/** Where tests are named by the number of the attack that they try. */
const FILES = [
  ...readdirSync(ATTACKS)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `${ATTACKS}/${name}`),
  "e2e/test/demo-sites.test.ts",
  "edge-api/test/db/context.test.ts",
  "edge-api/test/db/row-security.test.ts",
  "edge-api/test/db/triggers.test.ts",
];

function engineOf(file: string): string {
  if (file.startsWith("edge-api/")) return "PostgreSQL";
  return /openStage|launchBrowser/.test(readFileSync(file, "utf8")) ? "Chromium" : "HTTP";
}

interface Row {
  readonly number: number;
  readonly line: string;
}

/** A test that tries two attacks at once stands in the table twice. */
function rowsOf({ name, file, outcome }: TestResult): Row[] {
  const [, numbers = "", text = ""] = /^(\d+(?:, \d+)*): (.+)$/.exec(name) ?? [];
  return numbers
    .split(", ")
    .filter(Boolean)
    .map((number) => ({ number: Number(number), line: `| ${number} | ${text.replaceAll("|", "\\|")} | \`${file}\` | ${engineOf(file)} | ${outcome} |` }));
}

/** `npm run security`: tries every attack and writes down what came of it. */
async function writeTable(): Promise<number> {
  const results: TestResult[] = [];
  await runTests(FILES, (result) => results.push(result));
  const rows = results.flatMap(rowsOf).sort((a, b) => a.number - b.number || a.line.localeCompare(b.line));
  const table = ["| attack | what is tried, and what comes of it | test | engine | result |", "|---|---|---|---|---|", ...rows.map(({ line }) => line)].join(
    "\n",
  );
  const page = readFileSync(PAGE, "utf8");
  const [before] = page.split(BEGIN);
  const [, after] = page.split(END);
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
  console.log(`\n${rows.length} attacks written to ${PAGE}.`);
  return results.some(({ outcome }) => outcome === "failed") ? 1 : 0;
}

process.exit(await writeTable());
