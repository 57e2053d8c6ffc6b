import type { Database } from "../db/database.ts";
import type { Caller } from "./caller.ts";
import { findCollection, reachOf } from "./collection-rules.ts";

interface Change {
  readonly installation: string;
  readonly collection: string;
  readonly id: string;
  readonly op: "insert" | "update" | "delete";
  readonly visitor: string | null;
}

type Listener = (change: Pick<Change, "collection" | "id" | "op">) => void;

/** Passes changes of module storage on to the subscribers that may read the changed document. */
export async function createDocumentChanges(database: Database) {
  const listeners = new Map<string, Set<{ caller: Caller; collections: ReadonlySet<string>; on: Listener; reset: () => void }>>();

  const stop = await database.listen(
    "dramac_documents",
    (payload) => {
      const change = JSON.parse(payload) as Change;
      for (const one of listeners.get(change.installation) ?? []) {
        if (!one.collections.has(change.collection)) continue;
        const reach = reachOf(findCollection(one.caller, change.collection), one.caller, "read");
        if (reach === "all" || (reach === "own" && change.visitor === one.caller.sub)) {
          one.on({ collection: change.collection, id: change.id, op: change.op });
        }
      }
    },
    () => {
      for (const set of listeners.values()) for (const one of set) one.reset();
    },
  );

  return {
    /**
     * @param reset called when changes may have been missed or the caller's rights may have changed; the caller should reconnect
     * @returns ends the subscription
     */
    subscribe(caller: Caller, collections: ReadonlySet<string>, on: Listener, reset: () => void): () => void {
      const set = listeners.get(caller.installation.id) ?? new Set();
      const one = { caller, collections, on, reset };
      listeners.set(caller.installation.id, set.add(one));
      return () => {
        set.delete(one);
        if (!set.size) listeners.delete(caller.installation.id);
      };
    },
    /** Resets the subscribers whose rights may have changed: they reconnect, and are authenticated again. */
    reset(affects: (caller: Caller) => boolean): void {
      for (const set of listeners.values()) for (const one of set) if (affects(one.caller)) one.reset();
    },
    stop,
  };
}

export type DocumentChanges = Awaited<ReturnType<typeof createDocumentChanges>>;
