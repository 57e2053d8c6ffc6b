import type { Collection, StoredDocument } from "@dramac/sdk";

const PAGE = 100;

/** Every document of a collection, page after page, newest first. */
export async function loadAll<Data>(collection: Collection<Data>): Promise<StoredDocument<Data>[]> {
  const all: StoredDocument<Data>[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await collection.list({ sort: "-createdAt", limit: PAGE, ...(cursor !== undefined && { cursor }) });
    all.push(...items);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return all;
}
