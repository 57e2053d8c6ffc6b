export interface Chance {
  /** A whole number, at least 0 and less than `bound`. */
  below(bound: number): number;
  /** True with this probability. */
  is(probability: number): boolean;
  pick<Item>(items: readonly Item[]): Item;
  shuffled<Item>(items: readonly Item[]): Item[];
  /** A version 4 UUID. */
  uuid(): string;
}

/** Random numbers that depend on the seed alone: mulberry32, https://github.com/cprosche/mulberry32. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  function next(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
  const below = (bound: number) => Math.floor(next() * bound);
  return {
    below,
    is: (probability) => next() < probability,
    pick: (items) => {
      if (!items.length) throw new Error("There is nothing to pick from.");
      return items[below(items.length)] as (typeof items)[number];
    },
    shuffled(items) {
      const all = [...items];
      for (let last = all.length - 1; last > 0; last--) {
        const other = below(last + 1);
        [all[last], all[other]] = [all[other] as (typeof all)[number], all[last] as (typeof all)[number]];
      }
      return all;
    },
    uuid() {
      const digits = Array.from({ length: 32 }, (_, index) => (index === 12 ? 4 : index === 16 ? 8 + below(4) : below(16)).toString(16)).join("");
      return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
    },
  };
}
