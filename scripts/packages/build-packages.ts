import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { build as bundle } from "esbuild";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import { hashSources } from "../sources.ts";
import { writeNodeOperations } from "../write-node-operations.ts";
import { externalDependencies, fileNameOf, packageJson, readManifest, type WorkspaceManifest } from "./package-json.ts";
import { resolveDeclaration, writeDeclarations } from "./write-declarations.ts";

/** The workspaces that can be installed outside this repository. */
export const PACKAGES = ["sdk", "elements", "react"] as const;
export const PACKAGES_FOLDER = "dist/packages";

const SOURCES = ["contracts/src", "sdk", "elements", "react", "scripts/packages", "package-lock.json", "tsconfig.base.json"];
const STAMP = `${PACKAGES_FOLDER}/.built`;

/**
 * Builds `dist/packages/<name>/`, a folder that `npm pack` and `npm publish` take: JavaScript, declarations, README and package.json.
 * Inside this repository the workspaces import each other's TypeScript sources, so nothing here depends on this build.
 */
export async function buildPackages(say: (line: string) => void = console.log): Promise<void> {
  await writeNodeOperations();
  const hash = hashSources(SOURCES);
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) return;
  const started = performance.now();
  rmSync(PACKAGES_FOLDER, { recursive: true, force: true });
  const declarations = mkdtempSync(join(tmpdir(), "dramac-declarations-"));
  try {
    writeDeclarations(
      PACKAGES.flatMap((workspace) => Object.values(readManifest(workspace).exports).map((source) => join(workspace, source))),
      declarations,
    );
    for (const workspace of PACKAGES) await buildPackage(workspace, declarations);
  } finally {
    rmSync(declarations, { recursive: true, force: true });
  }
  writeFileSync(STAMP, hash);
  say(`Built ${PACKAGES.length} packages in ${((performance.now() - started) / 1_000).toFixed(1)} s.`);
}

async function buildPackage(workspace: string, declarations: string): Promise<void> {
  const manifest = readManifest(workspace);
  const folder = `${PACKAGES_FOLDER}/${workspace}`;
  mkdirSync(folder, { recursive: true });
  await buildScripts(workspace, manifest, `${folder}/dist`);
  await bundleDeclarations(workspace, manifest, `${folder}/dist`, declarations);
  const imported = new Set(readdirSync(`${folder}/dist`).flatMap((file) => importsOf(readFileSync(`${folder}/dist/${file}`, "utf8"))));
  const known = [...Object.keys(externalDependencies(manifest)), ...Object.keys(manifest.peerDependencies ?? {})];
  const foreign = [...imported].filter((name) => !known.includes(name));
  if (foreign.length) throw new Error(`${folder} imports ${foreign.join()}, which its package.json does not name. Bundle it, or write its types out.`);
  writeFileSync(
    `${folder}/package.json`,
    `${JSON.stringify(
      packageJson(manifest, (name) => imported.has(name)),
      null,
      2,
    )}\n`,
  );
  copyFileSync(`${workspace}/README.md`, `${folder}/README.md`);
  if (manifest.customElements) copyFileSync(join(workspace, manifest.customElements), join(folder, manifest.customElements));
}

/** The packages that a built file imports, without the files inside them. */
const importsOf = (text: string): string[] =>
  [...text.matchAll(/(?:from|import)\s*\(?["']((?:@[\w-]+\/)?[\w-]+)(?:\/[^"']*)?["']/g)].map(([, name]) => name as string);

/** Code that several entries share goes into a file of its own, so that a class is the same one in all of them. */
async function buildScripts(workspace: string, manifest: WorkspaceManifest, outdir: string): Promise<void> {
  await bundle({
    entryPoints: Object.entries(manifest.exports).map(([entry, source]) => ({ in: join(workspace, source), out: fileNameOf(entry) })),
    outdir,
    chunkNames: "shared-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    conditions: ["production"],
    external: [...Object.keys(externalDependencies(manifest)), ...Object.keys(manifest.peerDependencies ?? {})].flatMap((name) => [name, `${name}/*`]),
    tsconfig: `${workspace}/tsconfig.json`,
    logLevel: "warning",
  });
}

async function bundleDeclarations(workspace: string, manifest: WorkspaceManifest, dir: string, declarations: string): Promise<void> {
  const input = Object.entries(manifest.exports).map(([entry, source]) => [
    fileNameOf(entry),
    resolve(declarations, workspace, source).replace(/\.ts$/, ".d.ts"),
  ]);
  const built = await rollup({
    input: Object.fromEntries(input) as Record<string, string>,
    plugins: [
      { name: "declarations", resolveId: (specifier, importer) => resolveDeclaration(specifier, importer, declarations) },
      dts({ respectExternal: false }),
    ],
    external: (specifier) => !/^(?:[./]|@dramac\/contracts)/.test(specifier),
  });
  await built.write({ dir, format: "es", entryFileNames: "[name].d.ts", chunkFileNames: "[name].ts" });
  await built.close();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await buildPackages();
