/**
 * Does work on each item, `atOnce` of them together, and gives everything else that the node does a turn in between: thousands
 * of items would hold it up for seconds, and what waits for the database meanwhile would take it for gone.
 * @returns the results in the order of their items
 */
export async function mapInChunks<Item, Result>(items: readonly Item[], chunkSize: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += chunkSize) {
    if (from) await new Promise((resolve) => setImmediate(resolve));
    results.push(...(await Promise.all(items.slice(from, from + chunkSize).map(work))));
  }
  return results;
}
