import type { Collection } from "@dramac/sdk";

/** Loads and stores when the visitor last read the conversation, in one document. */
export async function openSeen(state: Collection<{ seenAt: string }>) {
  const { items } = await state.list({ limit: 1 });
  let document = items[0];
  let seenAt = document?.data.seenAt ?? "";
  let writing: Promise<void> = Promise.resolve();

  async function write(at: string): Promise<void> {
    document = document ? await state.update(document.id, { seenAt: at }) : await state.create({ seenAt: at });
  }

  return {
    get at() {
      return seenAt;
    },
    /** Records a later time; an earlier one changes nothing. A time that could not be stored is stored with the next one. */
    mark(at: string): void {
      if (at <= seenAt) return;
      seenAt = at;
      writing = writing.then(() => write(at)).catch(() => undefined);
    },
  };
}
