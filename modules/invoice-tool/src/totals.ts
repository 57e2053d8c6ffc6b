import type { Draft, Line } from "./invoice.ts";

export interface Totals {
  readonly netCents: number;
  readonly taxCents: number;
  readonly totalCents: number;
}

/** Half of a unit goes up. Products of amounts pass what a double holds exactly, so they are made of big integers. */
const divideHalfUp = (product: bigint, by: bigint): number => Number((product * 2n + by) / (by * 2n));

export const lineCents = ({ quantityMilli, unitCents }: Pick<Line, "quantityMilli" | "unitCents">): number =>
  divideHalfUp(BigInt(quantityMilli) * BigInt(unitCents), 1_000n);

/** Each line is rounded once, the tax once on their sum: what is printed adds up. */
export function totalsOf({
  lines,
  taxBasisPoints,
}: { readonly lines: readonly Pick<Line, "quantityMilli" | "unitCents">[] } & Pick<Draft, "taxBasisPoints">): Totals {
  const netCents = lines.reduce((sum, line) => sum + lineCents(line), 0);
  const taxCents = divideHalfUp(BigInt(netCents) * BigInt(taxBasisPoints), 10_000n);
  return { netCents, taxCents, totalCents: netCents + taxCents };
}
