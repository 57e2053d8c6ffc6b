import { spawn, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build } from "./build.ts";
import { checkWords } from "./words/check-words.ts";
import { checkPackages } from "./packages/check-packages.ts";

const PARTS = [
  ".",
  "contracts",
  "sdk",
  "host-bridge",
  "elements",
  "react",
  "loader",
  "module-kit",
  "edge-api",
  "demo-sites",
  "embedded-postgres",
  "seeds",
  "lemon-squeezy-mock",
  "e2e",
  "benchmarks",
  ...readdirSync("modules").map((name) => `modules/${name}`),
];
const AT_A_TIME = 2;

interface Result {
  readonly name: string;
  readonly fault: string;
}

function run(name: string, program: string, parameters: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...parameters], { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text: Buffer) => (output += text));
    child.stderr.on("data", (text: Buffer) => (output += text));
    child.on("exit", (code) => resolve({ name, fault: code === 0 ? "" : output || `ended with ${code}` }));
  });
}

/** One import that every floor must refuse, as if it stood in a file there: a lint that cannot fail holds nothing. */
const PLANTED = [
  ["contracts/src/planted.ts", "@dramac/sdk"],
  ["sdk/src/planted.ts", "@dramac/elements"],
  ["host-bridge/src/planted.ts", "zod"],
  ["edge-api/src/planted.ts", "@dramac/host-bridge/page-port"],
  ["edge-api/src/services/planted.ts", "../management/operation.ts"],
  ["edge-api/src/billing/planted.ts", "../management/operation.ts"],
  ["elements/src/planted.ts", "@dramac/host-bridge/shell"],
  ["react/src/planted.ts", "@dramac/elements/provider"],
  ["loader/src/planted.ts", "@dramac/elements"],
  ["module-kit/src/planted.ts", "@dramac/contracts"],
  ["modules/contact-form/src/planted.ts", "@dramac/contracts"],
] as const;

function checkPlanted(): Result[] {
  try {
    for (const [path, imported] of PLANTED) writeFileSync(path, `import { thing } from "${imported}";\nthing();\n`);
    return PLANTED.map(([path, imported]) => {
      const lint = spawnSync(process.execPath, ["node_modules/@biomejs/biome/bin/biome", "lint", path], { encoding: "utf8" });
      const isCaught = `${lint.stdout}${lint.stderr}`.includes("lint/style/noRestrictedImports");
      return {
        name: `floor: ${path} may not import ${imported}`,
        fault: isCaught ? "" : "The planted violation was not caught: mend the overrides in biome.json.",
      };
    });
  } finally {
    for (const [path] of PLANTED) rmSync(path, { force: true });
  }
}

function checkSizes(): Result[] {
  const { budgets } = JSON.parse(readFileSync("package.json", "utf8")) as { budgets: Record<string, number> };
  return Object.entries(budgets).map(([pattern, budget]) => {
    const folder = pattern.slice(0, pattern.lastIndexOf("/"));
    const [start = "", end = ""] = pattern.slice(folder.length + 1).split("*");
    const file = readdirSync(folder).find((name) => name.startsWith(start) && name.endsWith(end)) ?? "";
    const bytes = brotliCompressSync(readFileSync(join(folder, file))).length;
    return { name: `bytes: ${pattern} ${bytes} of ${budget}`, fault: bytes <= budget ? "" : `${bytes} bytes (brotli) are over the budget of ${budget}.` };
  });
}

/** The field's own terms, and sentences that are understood at the first reading: `scripts/words/forbidden-words.json`. */
function checkForbiddenWords(): Result {
  const uses = checkWords().map(({ file, line, word, instead }) => `${file}:${line}  ${word}  → ${instead}`);
  return { name: "words", fault: uses.join("\n") };
}

/** `npm run check`: types, lint with floors, unused code, byte budgets, words, and packages that install elsewhere. */
async function check(): Promise<number> {
  await build();
  const jobs = [
    ...PARTS.map((part) => () => run(`types: ${part}`, "node_modules/typescript/bin/tsc", ["-p", part])),
    () => run("lint and format", "node_modules/@biomejs/biome/bin/biome", ["check", "--diagnostic-level=error"]),
    () => run("unused code", "node_modules/knip/bin/knip.js", ["--no-config-hints"]),
  ];
  const results: Result[] = [...checkPlanted(), ...checkSizes(), checkForbiddenWords()];
  const workers = Array.from({ length: AT_A_TIME }, async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) results.push(await job());
  });
  await Promise.all(workers);
  for (const { name, problem } of await checkPackages()) results.push({ name, fault: problem });
  for (const { name, fault } of results) console.log(fault ? `✖ ${name}\n${fault}` : `✔ ${name}`);
  const failed = results.filter(({ fault }) => fault).length;
  console.log(failed ? `\n${failed} of ${results.length} checks failed.` : `\nAll ${results.length} checks hold.`);
  return failed ? 1 : 0;
}

process.exit(await check());
