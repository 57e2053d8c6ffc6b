import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { drawCurve } from "./draw-curve.ts";
import type { Outcome } from "./measurement.ts";

const FOLDER = new URL("../results/", import.meta.url);
const LATEST = new URL("latest.json", FOLDER);

type Results = Record<string, Outcome & { readonly node: string; readonly rounds: number }>;

/** Writes a measurement's outcome into `results/latest.json`, beside the last ones of the others, and draws its curves. */
export function keepResults(name: string, rounds: number, outcome: Outcome): void {
  mkdirSync(FOLDER, { recursive: true });
  const known = existsSync(LATEST) ? (JSON.parse(readFileSync(LATEST, "utf8")) as Results) : {};
  writeFileSync(LATEST, `${JSON.stringify({ ...known, [name]: { node: process.version, rounds, ...outcome } }, null, 2)}\n`);
  for (const curve of outcome.curves ?? []) writeFileSync(new URL(`${curve.name}.svg`, FOLDER), drawCurve(curve));
}
