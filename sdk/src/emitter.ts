/** Keeps listeners by event name. `on` returns a function that removes the listener. */
export function createEmitter<Events extends object>() {
  const listeners = new Map<keyof Events, Set<(value: never) => void>>();
  return {
    on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => void set.delete(listener);
    },
    emit<Name extends keyof Events>(name: Name, value: Events[Name]): void {
      for (const listener of listeners.get(name) ?? []) (listener as (value: Events[Name]) => void)(value);
    },
  };
}
