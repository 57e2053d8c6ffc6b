import { DatabaseUnavailable } from "../../db/errors.ts";

/** Enough that a commit costs each of them little, few enough that one statement stays small. */
const MOST = 25;
/** While one waits for the disk another can be sent. */
const AT_ONCE = 2;

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Writes each by itself while little comes, and whatever has come in the meantime together while writes are under way: under load many
 * share one commit, and nobody waits for longer than the write before its own. One that cannot be written keeps no other from it.
 * @param write gives a result for each, in order; all of them or none are written
 */
export function inBatches<Item, Result>(write: (items: readonly Item[]) => Promise<readonly Result[]>): (item: Item) => Promise<Result> {
  const waiting: Waiting<Item, Result>[] = [];
  let writers = 0;

  async function settle(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await write(batch.map(({ item }) => item));
      for (const [place, { resolve }] of batch.entries()) resolve(results[place] as Result);
    } catch (fault) {
      if (batch.length === 1 || fault instanceof DatabaseUnavailable) for (const { reject } of batch) reject(fault);
      else for (const one of batch) await settle([one]);
    }
  }

  async function work(): Promise<void> {
    writers++;
    while (waiting.length) await settle(waiting.splice(0, MOST));
    writers--;
  }

  return function add(item) {
    return new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (writers < AT_ONCE) void work();
    });
  };
}
