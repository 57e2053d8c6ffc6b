/** One measured comparison: ours beside a peer's in the same run, alternating. */
export interface Figure {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  /** Ours by peer's; bytes by their budget. */
  readonly ratio: number;
  /** The bound of the ratio, and which side of it is good; none where the figure only informs. */
  readonly target?: { readonly bound: number; readonly is: "at most" | "at least" };
}

export function isMet({ ratio, target }: Figure): boolean | undefined {
  if (!target) return undefined;
  return target.is === "at most" ? ratio <= target.bound : ratio >= target.bound;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Runs the contestants in turn, `rounds` times after one warm-up, and gives each one's median. */
export async function race<Name extends string>(rounds: number, contestants: Readonly<Record<Name, () => Promise<number>>>): Promise<Record<Name, number>> {
  const names = Object.keys(contestants) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -1; round < rounds; round++) {
    for (const name of names) {
      const value = await contestants[name]();
      if (round >= 0) times[name].push(value);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>;
}
