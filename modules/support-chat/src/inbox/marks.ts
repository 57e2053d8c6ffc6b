import { type Collection, RequestFailed, type StoredDocument } from "@dramac/sdk";

export interface Mark {
  readonly seenAt: string;
}

/** Up to where the team has read each conversation: one document per visitor, common to all members. */
export function createMarks(collection: Collection<Mark>, onMark: (visitor: string, at: string) => void) {
  const known = new Map<string, StoredDocument<Mark>>();
  let writing: Promise<void> = Promise.resolve();

  function keep(mark: StoredDocument<Mark>): void {
    known.set(mark.id, mark);
    onMark(mark.id, mark.data.seenAt);
  }

  const refresh = async (visitor: string) => keep(await collection.get(visitor));

  async function write(visitor: string, seenAt: string): Promise<void> {
    const old = known.get(visitor);
    if (old && old.data.seenAt >= seenAt) return;
    try {
      keep(old ? await collection.update(visitor, { seenAt }, old.version) : await collection.create({ seenAt }, { id: visitor }));
    } catch (error) {
      const code = error instanceof RequestFailed ? error.code : undefined;
      if (code !== "conflict" && code !== "precondition_failed") throw error;
      // Somebody else of the team has read it too, perhaps further.
      await refresh(visitor);
      await write(visitor, seenAt);
    }
  }

  return {
    refresh,
    async load(): Promise<void> {
      let cursor: string | undefined;
      do {
        const { items, next } = await collection.list({ limit: 100, ...(cursor !== undefined && { cursor }) });
        for (const mark of items) keep(mark);
        cursor = next ?? undefined;
      } while (cursor !== undefined);
    },
    /** Shows at once; a mark that could not be written is written with the next one. */
    mark(visitor: string, seenAt: string): void {
      onMark(visitor, seenAt);
      writing = writing.then(() => write(visitor, seenAt)).catch(() => undefined);
    },
    whenWritten: () => writing,
  };
}
