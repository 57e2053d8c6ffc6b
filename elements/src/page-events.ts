type Listener = (detail: unknown) => void;

/** The events that a page follows with `dramac("on", name, listener)`. An error in a listener does not stop the others. */
export function createPageEvents() {
  const listeners = new Map<string, Set<Listener>>();

  return {
    /** @returns a function that removes the listener */
    on(name: string, listener: Listener): () => void {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    emit(name: string, detail?: unknown): void {
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(detail);
        } catch (error) {
          reportError(error);
        }
      }
    },
    clear: () => listeners.clear(),
  };
}
