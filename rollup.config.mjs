import { existsSync, readdirSync, readFileSync } from "node:fs";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import typescript from "@rollup/plugin-typescript";

/** TypeScript guards imports of computed addresses with a helper for `.ts` specifiers; ours are full URLs. */
const plainImports = {
  name: "plain-imports",
  transform: (code) => ({ code: code.replace(/__rewriteRelativeImportExtension\((\w+)\)/g, "$1"), map: null }),
};

/** Everything that runs in a browser. Each part is compiled by its own tsconfig. */
const plugins = (part) => [
  nodeResolve({ browser: true, exportConditions: ["production"] }),
  typescript({
    tsconfig: `${part}/tsconfig.json`,
    include: ["**/*.ts"],
    noEmit: false,
    declaration: false,
    sourceMap: false,
    outputToFilesystem: false,
    compilerOptions: { noEmitOnError: true },
  }),
  plainImports,
  terser({
    ecma: 2020,
    module: true,
    toplevel: true,
    compress: { passes: 3, unsafe_arrows: true, pure_getters: true, booleans: false },
    format: { comments: false },
  }),
];

const script = (part, input, file) => ({ input: `${part}/src/${input}`, output: { file: `dist/${file}`, format: "iife" }, plugins: plugins(part) });

/** The start-up bundles that a module's manifest names: one for each face, each from the source of its name. */
function entriesOf(module) {
  const { entryPoints } = JSON.parse(readFileSync(`modules/${module}/manifest.json`, "utf8"));
  return [...new Set(Object.values(entryPoints))].map((file) => [module, file]);
}

const modules = existsSync("modules") ? readdirSync("modules").flatMap(entriesOf) : [];

export default [
  script("loader", "embed.ts", "loader/embed.js"),
  script("loader", "loader.ts", "loader/loader.js"),
  script("host-bridge", "frame-document.ts", "shell/frame-document.js"),
  script("host-bridge", "frame-document-with-echo.ts", "shell/frame-document-with-echo.js"),
  {
    input: { runtime: "elements/src/runtime.ts" },
    output: { dir: "dist/elements", format: "es", entryFileNames: "[name].[hash].js", chunkFileNames: "[name].[hash].js" },
    plugins: plugins("elements"),
  },
  { input: "sdk/src/index.ts", output: { file: "dist/sdk/index.js", format: "es" }, plugins: plugins("sdk") },
  ...modules.map(([name, file]) => ({
    input: `modules/${name}/src/${file.replace(/\.js$/, ".ts")}`,
    output: { file: `modules/${name}/dist/${file}`, format: "es" },
    plugins: plugins(`modules/${name}`),
  })),
];
