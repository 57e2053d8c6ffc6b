import type { Draft, Line } from "./invoice.ts";

export interface Totals {
  readonly netCents: number;
  readonly taxCents: number;
  readonly totalCents: number;
}

/** Divides and rounds half up. Products of amounts are too large for exact doubles, so they are big integers. */
const divideHalfUp = (product: bigint, by: bigint): number => Number((product * 2n + by) / (by * 2n));

export const lineCents = ({ quantityMilli, unitCents }: Pick<Line, "quantityMilli" | "unitCents">): number =>
  divideHalfUp(BigInt(quantityMilli) * BigInt(unitCents), 1_000n);

/** Rounds each line once, and the tax once on their sum, so that the printed amounts add up. */
export function totalsOf({
  lines,
  taxBasisPoints,
}: { readonly lines: readonly Pick<Line, "quantityMilli" | "unitCents">[] } & Pick<Draft, "taxBasisPoints">): Totals {
  const netCents = lines.reduce((sum, line) => sum + lineCents(line), 0);
  const taxCents = divideHalfUp(BigInt(netCents) * BigInt(taxBasisPoints), 10_000n);
  return { netCents, taxCents, totalCents: netCents + taxCents };
}
