import { readFileSync, writeFileSync } from "node:fs";
import { listTests } from "./list-tests.ts";
import { runTests } from "./run-tests.ts";
import type { TestResult } from "./test-result.ts";

const PAGE = "docs/security.md";
const [BEGIN, END] = ["<!-- results: begin -->", "<!-- results: end -->"];
/** A test, or a group of them, whose name begins with the numbers of the attacks that it tries. */
const NUMBERED = /\b(?:test|it|describe)\(\s*["'`]\d+(?:, \d+)*: /;

const readsLike = (file: string, pattern: RegExp): boolean => pattern.test(readFileSync(file, "utf8"));

/** The files with numbered tests, found by their content. */
const FILES = listTests().filter((file) => readsLike(file, NUMBERED));

function engineOf(file: string): string {
  if (file.startsWith("edge-api/test/db/")) return "PostgreSQL";
  if (file.endsWith(".browser.test.ts") || readsLike(file, /openHarness|openMembersHarness|launchBrowser/)) return "Chromium";
  return file.startsWith("e2e/") ? "HTTP" : "Node";
}

interface Row {
  readonly number: number;
  readonly line: string;
}

/** A test of two attacks has two rows in the table. */
function rowsOf({ name, file, outcome }: TestResult): Row[] {
  const [, numbers = "", text = ""] = /(?:^|› )(\d+(?:, \d+)*): (.+)$/.exec(name) ?? [];
  return numbers
    .split(", ")
    .filter(Boolean)
    .map((number) => ({ number: Number(number), line: `| ${number} | ${text.replaceAll("|", "\\|")} | \`${file}\` | ${engineOf(file)} | ${outcome}` }));
}

/** Tests with the same name, for example one for each route, share one row with their count. */
function linesOf(rows: readonly Row[]): string[] {
  const counts = new Map<string, number>();
  for (const { line } of [...rows].sort((a, b) => a.number - b.number || a.line.localeCompare(b.line))) counts.set(line, (counts.get(line) ?? 0) + 1);
  return [...counts].map(([line, count]) => `${line}${count > 1 ? `, ${count} times` : ""} |`);
}

/** `npm run security`: tries every attack and writes down what came of it. */
async function writeTable(): Promise<number> {
  const results: TestResult[] = [];
  await runTests(FILES, (result) => results.push(result));
  const lines = linesOf(results.flatMap(rowsOf));
  const table = ["| attack | what is tried, and what comes of it | test | engine | result |", "|---|---|---|---|---|", ...lines].join("\n");
  const page = readFileSync(PAGE, "utf8");
  const [before] = page.split(BEGIN);
  const [, after] = page.split(END);
  writeFileSync(PAGE, `${before}${BEGIN}\n\n${table}\n\n${END}${after}`);
  console.log(`\n${lines.length} attacks written to ${PAGE}.`);
  return results.some(({ outcome }) => outcome === "failed") ? 1 : 0;
}

process.exit(await writeTable());
