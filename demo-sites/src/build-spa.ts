import { build } from "esbuild";
import { fileURLToPath } from "node:url";

/** Bundles the client of the single-page demo. */
export async function buildSpa(folder: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL("./spa/client.tsx", import.meta.url))],
    outfile: `${folder}/spa.js`,
    bundle: true,
    minify: true,
    format: "iife",
    jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  });
}
