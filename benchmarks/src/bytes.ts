import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";
import type { Figure } from "./figure.ts";

const ROOT = new URL("../../dist/", import.meta.url);
/** Bytes after brotli, from the performance budgets. */
const TARGETS = [
  ["loader", "loader/", /^embed\.js$/, 1_536],
  ["elements runtime", "elements/", /^runtime\./, 9_216],
  ["shell", "shell/", /^frame-document\.js$/, 5_120],
  ["sdk", "sdk/", /^index\.js$/, 2_560],
] as const;

export function measureBytes(): Figure[] {
  return TARGETS.map(([what, folder, name, budget]) => {
    const file = readdirSync(new URL(folder, ROOT)).find((one) => name.test(one)) ?? "";
    const bytes = brotliCompressSync(readFileSync(new URL(folder + file, ROOT))).length;
    return { what: `bytes: ${what}`, ours: `${bytes}`, peer: `${budget}`, ratio: bytes / budget, target: { bound: 1, is: "at most" } };
  });
}
