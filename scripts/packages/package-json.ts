import { readFileSync } from "node:fs";

/** The parts of a workspace's package.json that its published package is made of. */
export interface WorkspaceManifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly engines?: Readonly<Record<string, string>>;
  /** Each entry with its TypeScript source, for example `"./node": "./src/node/index.ts"`. */
  readonly exports: Readonly<Record<string, string>>;
  readonly sideEffects: boolean | readonly string[];
  readonly customElements?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export const readManifest = (workspace: string): WorkspaceManifest => JSON.parse(readFileSync(`${workspace}/package.json`, "utf8")) as WorkspaceManifest;

/** Workspaces that are not packages of their own: their code and types are bundled into the packages that use them. */
const BUNDLED = new Set(["@dramac/contracts", "@dramac/host-bridge"]);

/** The dependencies that a package keeps; everything else is bundled. */
export const externalDependencies = ({ dependencies = {} }: WorkspaceManifest): Record<string, string> =>
  Object.fromEntries(Object.entries(dependencies).filter(([name]) => !BUNDLED.has(name)));

/** `"./node"` becomes `node`, `"."` becomes `index`: the name of an entry's files in `dist`. */
export const fileNameOf = (entry: string): string => (entry === "." ? "index" : entry.slice(2));

/** Entries with side effects, by their built files. Sources that are no entries are not in the package. */
const builtSideEffects = ({ exports, sideEffects }: WorkspaceManifest): boolean | string[] =>
  typeof sideEffects === "boolean"
    ? sideEffects
    : Object.entries(exports).flatMap(([entry, source]) => (sideEffects.includes(source) ? [`./dist/${fileNameOf(entry)}.js`] : []));

/**
 * The package.json of a package: built files instead of sources, and nothing that only this repository needs.
 * @param isImported whether the built files import a dependency
 */
export function packageJson(manifest: WorkspaceManifest, isImported: (dependency: string) => boolean): Record<string, unknown> {
  const { name, version, description, engines, customElements, peerDependencies } = manifest;
  const dependencies = Object.fromEntries(Object.entries(externalDependencies(manifest)).filter(([dependency]) => isImported(dependency)));
  const exports = Object.keys(manifest.exports).map((entry) => [
    entry,
    { types: `./dist/${fileNameOf(entry)}.d.ts`, default: `./dist/${fileNameOf(entry)}.js` },
  ]);
  return {
    name,
    version,
    description,
    license: "UNLICENSED",
    type: "module",
    ...(engines && { engines }),
    exports: { ...Object.fromEntries(exports), "./package.json": "./package.json" },
    main: "./dist/index.js",
    types: "./dist/index.d.ts",
    sideEffects: builtSideEffects(manifest),
    ...(customElements && { customElements }),
    files: ["dist", ...(customElements ? [customElements] : [])],
    ...(Object.keys(dependencies).length && { dependencies }),
    ...(peerDependencies && { peerDependencies }),
  };
}
