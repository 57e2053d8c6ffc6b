import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { writeShapes } from "../contracts/scripts/compile-shapes.ts";
import { buildSpa } from "../demo-sites/src/build-spa.ts";
import { hashSources } from "./sources.ts";
import { writeNodeOperations } from "./write-node-operations.ts";

const STAMP = "dist/.built";
const SOURCES = [
  "contracts",
  "sdk",
  "host-bridge",
  "elements",
  "react",
  "loader",
  "module-kit",
  "modules",
  "demo-sites/src",
  "rollup.config.mjs",
  "package-lock.json",
  "tsconfig.base.json",
];

/** Builds everything that runs in a browser, unless what is there was built from these very sources. */
export async function build(say: (line: string) => void = console.log): Promise<void> {
  await writeNodeOperations();
  const hash = hashSources(SOURCES);
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) return;
  const started = performance.now();
  say("Building the browser scripts …");
  rmSync("dist", { recursive: true, force: true });
  writeShapes();
  await run("node_modules/rollup/dist/bin/rollup", ["--config", "rollup.config.mjs", "--silent", "--failAfterWarnings"]);
  for (const name of readdirSync("modules")) copyStyles(name);
  await buildSpa("demo-sites/dist");
  mkdirSync("dist", { recursive: true });
  writeFileSync(STAMP, hash);
  say(`Built in ${((performance.now() - started) / 1_000).toFixed(1)} s.`);
}

/** Beside each bundle its style: the one of its name, or the module's common one. */
function copyStyles(module: string): void {
  const dist = `modules/${module}/dist`;
  for (const name of readdirSync(dist).filter((file) => file.endsWith(".js"))) {
    const own = name.replace(/\.js$/, ".css");
    const style = [own, "style.css"].map((file) => `modules/${module}/src/${file}`).find((path) => existsSync(path));
    if (style) copyFileSync(style, `${dist}/${own}`);
  }
}

function run(script: string, parameters: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script, ...parameters], { stdio: ["ignore", "inherit", "inherit"] });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${script} ended with ${code}.`))));
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await build();
  // Imported here alone: npm start calls build() too, and has no memory to spare for a compiler.
  const { buildPackages } = await import("./packages/build-packages.ts");
  await buildPackages();
}
