import { build } from "esbuild";

const FIXTURES = new URL("../fixtures/", import.meta.url).pathname;

/** A fixture's `main.ts` with all that it imports, as one minified script. */
export async function bundleScript(name: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${FIXTURES}${name}/main.ts`],
    bundle: true,
    format: "iife",
    target: "es2022",
    write: false,
    minify: true,
  });
  return outputFiles[0]?.text ?? "";
}
