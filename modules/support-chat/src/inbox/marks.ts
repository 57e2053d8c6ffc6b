import { type Collection, RequestFailed, type StoredDocument } from "@dramac/sdk";

export interface Mark {
  readonly seenAt: string;
}

/** Stores up to which message the team has read each conversation: one document per visitor, shared by all members. */
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
      // Another member has read the conversation too, perhaps further.
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
    /** Shows the mark at once and stores it. A mark that could not be stored is stored with the next one. */
    mark(visitor: string, seenAt: string): void {
      onMark(visitor, seenAt);
      writing = writing.then(() => write(visitor, seenAt)).catch(() => undefined);
    },
    whenWritten: () => writing,
  };
}
