import { type Figure, isMet } from "./figure.ts";

/** Prints what was measured: what, ours, peer, ratio, target, met. */
export function printTable(figures: readonly Figure[]): void {
  const rows = figures.map((figure) => [
    figure.what,
    figure.ours,
    figure.peer,
    figure.ratio.toFixed(2),
    figure.target ? `${figure.target.is} ${figure.target.bound}` : "",
    { true: "yes", false: "no", undefined: "" }[String(isMet(figure))] ?? "",
  ]);
  const table = [["what", "ours", "peer", "ratio", "target", "met"], ...rows];
  const widths = table.reduce<number[]>((known, row) => row.map((cell, column) => Math.max(known[column] ?? 0, cell.length)), []);
  for (const row of table) console.log(row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  "));
}
