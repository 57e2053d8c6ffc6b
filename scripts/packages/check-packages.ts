import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { buildPackages, PACKAGES, PACKAGES_FOLDER } from "./build-packages.ts";
import { type WorkspaceManifest, readManifest } from "./package-json.ts";

/** What a check found: an empty problem means that it holds. */
export interface PackageCheck {
  readonly name: string;
  readonly problem: string;
}

/** What an application that uses the packages installs beside them. They are packed from this repository's node_modules, so no registry is asked. */
const BESIDE = ["@lit/context", "@lit/reactive-element", "@lit-labs/ssr-dom-shim", "react", "@types/react", "csstype", "@types/node", "undici-types"];
/** Entries that a program imports in Node; the others need a browser's `customElements`. */
const NODE_ENTRIES = ["@dramac/sdk", "@dramac/sdk/node", "@dramac/elements", "@dramac/elements/registry", "@dramac/react"];
/** What has to stay away: packages come without them. */
const NEVER_INSTALLED = ["zod", "@dramac/contracts", "@dramac/host-bridge"];

const AT_A_TIME = 2;

const entriesOf = ({ name, exports }: WorkspaceManifest): string[] => Object.keys(exports).map((entry) => name + entry.slice(1));

/** Packs the packages, installs them in an empty folder, and uses them there in Node and with strict compilers. */
export async function checkPackages(): Promise<PackageCheck[]> {
  await buildPackages();
  const folder = mkdtempSync(join(tmpdir(), "dramac-packages-"));
  try {
    const installed = await install(folder);
    if (installed.problem) return [installed];
    const checks = [
      ...PACKAGES.map((name) => () => lintPackage(name)),
      ...PACKAGES.map((name) => () => checkTypeResolution(name, folder)),
      () => importInNode(folder),
      () => compileEntries(folder, "nodenext"),
      () => compileEntries(folder, "bundler"),
      () => compileExamples(folder),
    ];
    const results = [installed];
    const workers = Array.from({ length: AT_A_TIME }, async () => {
      for (let check = checks.shift(); check; check = checks.shift()) results.push(await check());
    });
    await Promise.all(workers);
    return results;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function install(folder: string): Promise<PackageCheck> {
  const name = "packages: they install without zod and without this repository";
  const own = PACKAGES.map((workspace) => resolve(PACKAGES_FOLDER, workspace));
  const beside = BESIDE.map((dependency) => resolve("node_modules", dependency));
  const npm = ["--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
  const packed = await run("npm", ["pack", ...npm, "--pack-destination", folder, ...own, ...beside], folder);
  if (packed) return { name, problem: packed };
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  const tarballs = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
  const problem = await run("npm", ["install", ...npm, "--offline", "--no-package-lock", ...tarballs.map((file) => `./${file}`)], folder);
  const unwanted = NEVER_INSTALLED.filter((one) => existsSync(join(folder, "node_modules", one)));
  return { name, problem: problem || (unwanted.length ? `${unwanted.join()} was installed too.` : "") };
}

async function lintPackage(workspace: string): Promise<PackageCheck> {
  const { messages, pkg } = await publint({ pkgDir: resolve(PACKAGES_FOLDER, workspace), pack: false, strict: true });
  return { name: `packages: publint of ${workspace}`, problem: messages.map((message) => formatMessage(message, pkg)).join("\n") };
}

async function checkTypeResolution(workspace: string, folder: string): Promise<PackageCheck> {
  const tarball = readdirSync(folder).find((file) => file.startsWith(`dramac-${workspace}-`)) as string;
  const tool = resolve("node_modules/@arethetypeswrong/cli/dist/index.js");
  // The packages are ES modules alone, so CommonJS and Node 10 are not looked at.
  const problem = await run(process.execPath, [tool, join(folder, tarball), "--profile", "esm-only", "--no-color", "--no-emoji"], folder);
  return { name: `packages: types of ${workspace} are found`, problem };
}

async function importInNode(folder: string): Promise<PackageCheck> {
  const imports = NODE_ENTRIES.map((entry) => `await import(${JSON.stringify(entry)});`).join("\n");
  writeFileSync(join(folder, "import.js"), imports);
  return { name: "packages: Node imports them", problem: await run(process.execPath, ["import.js"], folder) };
}

/** One file for each entry, without the types of Node: a browser's package must not need them. */
function compileEntries(folder: string, resolution: "nodenext" | "bundler"): Promise<PackageCheck> {
  const entries = PACKAGES.flatMap((workspace) => entriesOf(readManifest(workspace)));
  const sources = Object.fromEntries(
    entries.map((entry, index) => [`entry-${index}.ts`, `import * as entry from "${entry}";\nexport const names: string[] = Object.keys(entry);\n`]),
  );
  sources["elements.ts"] = `import "@dramac/elements";
import "@dramac/elements/provider";
export const slug: string | null = document.createElement("dramac-module").module;
export const level: string | null = document.createElement("dramac-provider").level;
document.addEventListener("dramac:navigate", (event) => console.log(event.detail.path));
// @ts-expect-error a module has no size
document.createElement("dramac-module").size;
`;
  return compile(folder, { name: "entries", resolution, types: [], sources });
}

/** The examples use Node's types, whose own declarations are not checked again. */
function compileExamples(folder: string): Promise<PackageCheck> {
  return compile(folder, { name: "examples", resolution: "nodenext", types: ["node"], sources: {} });
}

interface Compilation {
  readonly name: "entries" | "examples";
  readonly resolution: "nodenext" | "bundler";
  readonly types: readonly string[];
  readonly sources: Readonly<Record<string, string>>;
}

async function compile(folder: string, { name, resolution, types, sources }: Compilation): Promise<PackageCheck> {
  const inside = join(folder, `${name}-${resolution}`);
  mkdirSync(inside);
  if (name === "examples") cpSync("examples", inside, { recursive: true });
  for (const [file, text] of Object.entries(sources)) writeFileSync(join(inside, file), text);
  const compilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: name === "examples",
    skipDefaultLibCheck: true,
    noEmit: true,
    target: "es2022",
    lib: ["es2023", "dom", "dom.iterable"],
    jsx: "react-jsx",
    module: resolution === "nodenext" ? "nodenext" : "esnext",
    moduleResolution: resolution,
    types,
  };
  writeFileSync(join(inside, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["."] }));
  const problem = await run(process.execPath, [resolve("node_modules/typescript/bin/tsc"), "-p", inside], folder);
  return { name: `packages: ${name} compile with ${resolution}`, problem };
}

/** Runs a program. @returns nothing when it succeeds, else what it printed */
function run(program: string, parameters: readonly string[], cwd: string): Promise<string> {
  return new Promise((done, reject) => {
    const child = spawn(program, parameters, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text: Buffer) => (output += text));
    child.stderr.on("data", (text: Buffer) => (output += text));
    child.on("error", reject);
    child.on("exit", (code) => done(code === 0 ? "" : output || `${program} ${parameters[0]} ended with ${code}.`));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const results = await checkPackages();
  for (const { name, problem } of results) console.log(problem ? `✖ ${name}\n${problem}` : `✔ ${name}`);
  process.exitCode = results.some(({ problem }) => problem) ? 1 : 0;
}
