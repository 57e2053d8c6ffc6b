import type { Collection, StoredDocument } from "@dramac/sdk";

const PAGE_SIZE = 100;

/** Loads every document of a collection, page by page, newest first. @throws RequestFailed when one of the pages is refused */
export async function loadAll<Data>(collection: Pick<Collection<Data>, "list">): Promise<StoredDocument<Data>[]> {
  const all: StoredDocument<Data>[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await collection.list({ sort: "-createdAt", limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) });
    all.push(...items);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return all;
}
