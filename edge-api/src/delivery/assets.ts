import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The built scripts of the other parts, read once at start. */
export interface Assets {
  /** The script of the embed URL; the boot record is put in front of it. */
  readonly embed: string;
  readonly loader: string;
  readonly version: string;
  /** Files of the elements runtime by name; each name contains a hash. */
  readonly elements: ReadonlyMap<string, string>;
  readonly runtime: string;
  readonly shell: string;
  /** CSP hash of the shell in frame documents. */
  readonly shellHash: string;
}

export const cspHash = (script: string): string => `sha256-${createHash("sha256").update(script).digest("base64")}`;

/** @param echo use the shell that answers `/echo` itself, for benchmarks and attack tests */
export function readAssets(dist: string, { echo = false } = {}): Assets {
  const text = (...path: string[]) => readFileSync(join(dist, ...path), "utf8");
  const shell = text("shell", echo ? "frame-document-with-echo.js" : "frame-document.js").trim();
  const elements = new Map(readdirSync(join(dist, "elements")).map((name) => [name, text("elements", name)]));
  const runtime = [...elements.keys()].find((name) => /^runtime\.[\w-]+\.js$/.test(name));
  if (!runtime) throw new Error(`No runtime in ${join(dist, "elements")}: run npm run build first.`);
  const { version } = JSON.parse(readFileSync(new URL("../../../loader/package.json", import.meta.url), "utf8")) as { version: string };
  return { embed: text("loader", "embed.js"), loader: text("loader", "loader.js"), version, elements, runtime, shell, shellHash: cspHash(shell) };
}
