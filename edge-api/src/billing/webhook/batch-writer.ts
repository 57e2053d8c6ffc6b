import { DatabaseUnavailable } from "../../db/errors.ts";

/** Enough that a commit costs each of them little, few enough that one statement stays small. */
const MAX_BATCH = 25;
/** While one waits for the disk another can be sent. */
const MAX_CONCURRENT_WRITES = 2;

interface QueuedItem<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes each by itself while little comes, and whatever has come in the meantime together while writes are under way: under load many
 * share one commit, and nobody waits for longer than the write before its own. One that cannot be written keeps no other from it.
 * @param write gives a result for each, in order; all of them or none are written
 */
export function createBatchWriter<Item, Result>(write: (items: readonly Item[]) => Promise<readonly Result[]>): (item: Item) => Promise<Result> {
  const waiting: QueuedItem<Item, Result>[] = [];
  let writers = 0;

  async function writeBatch(batch: readonly QueuedItem<Item, Result>[]): Promise<void> {
    try {
      const results = await write(batch.map(({ item }) => item));
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] as Result);
    } catch (error) {
      if (batch.length === 1 || error instanceof DatabaseUnavailable) for (const { reject } of batch) reject(error);
      else for (const one of batch) await writeBatch([one]);
    }
  }

  async function writeQueued(): Promise<void> {
    writers++;
    while (waiting.length) await writeBatch(waiting.splice(0, MAX_BATCH));
    writers--;
  }

  return function add(item) {
    return new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (writers < MAX_CONCURRENT_WRITES) void writeQueued();
    });
  };
}
