/** At most `max` slots may be held under `key` at once. */
export interface SlotLimit {
  readonly key: string;
  readonly max: number;
}

/** Counts the slots that are held under each key, on this node. */
export function createSlotCounter() {
  const held = new Map<string, number>();

  return {
    /** @returns the first limit that is reached, `undefined` when there is room under all of them */
    findFull: <Limit extends SlotLimit>(limits: readonly Limit[]): Limit | undefined => limits.find(({ key, max }) => (held.get(key) ?? 0) >= max),

    /** Takes one slot under each key. @returns releases them; a second call does nothing */
    acquire(keys: readonly Pick<SlotLimit, "key">[]): () => void {
      for (const { key } of keys) held.set(key, (held.get(key) ?? 0) + 1);
      let isHeld = true;
      return function release() {
        if (!isHeld) return;
        isHeld = false;
        for (const { key } of keys) {
          const left = (held.get(key) ?? 0) - 1;
          if (left > 0) held.set(key, left);
          else held.delete(key);
        }
      };
    },
  };
}
