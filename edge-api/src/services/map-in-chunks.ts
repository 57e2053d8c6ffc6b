/**
 * Does asynchronous work on each item, `chunkSize` items at the same time. Between two chunks the event loop runs other tasks:
 * thousands of items would block it for seconds, and database calls that wait meanwhile would time out.
 * @returns the results in the order of the items
 */
export async function mapInChunks<Item, Result>(items: readonly Item[], chunkSize: number, work: (item: Item) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += chunkSize) {
    if (from) await new Promise((resolve) => setImmediate(resolve));
    results.push(...(await Promise.all(items.slice(from, from + chunkSize).map(work))));
  }
  return results;
}
