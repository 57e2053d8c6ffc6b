import { DatabaseUnavailable } from "../../db/errors.ts";

/** Large enough that a commit costs each item little, small enough that a statement stays small. */
const MAX_BATCH = 25;
/** While one batch waits for the disk, another one can be sent. */
const MAX_CONCURRENT_WRITES = 2;

interface QueuedItem<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Writes single items at once, and items that come while a write is under way together: under load many share one commit. If a batch
 * fails, its items are written one by one, so that one bad item does not stop the others.
 * @param write writes all items or none, and gives one result for each, in order
 */
export function createBatchWriter<Item, Result>(write: (items: readonly Item[]) => Promise<readonly Result[]>): (item: Item) => Promise<Result> {
  const queue: QueuedItem<Item, Result>[] = [];
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
    while (queue.length) await writeBatch(queue.splice(0, MAX_BATCH));
    writers--;
  }

  return function add(item) {
    return new Promise((resolve, reject) => {
      queue.push({ item, resolve, reject });
      if (writers < MAX_CONCURRENT_WRITES) void writeQueued();
    });
  };
}
