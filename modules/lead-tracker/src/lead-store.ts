import { type Collection, RequestFailed, type StoredDocument } from "@dramac/sdk";
import type { Lead, Stage } from "./lead.ts";

export type Stored = StoredDocument<Lead>;

/** The result of a move: stored, overtaken by another member's change, deleted by another member, or refused. */
export type MoveOutcome =
  | { readonly kind: "moved"; readonly lead: Stored }
  | { readonly kind: "overtaken"; readonly lead: Stored }
  | { readonly kind: "deleted" }
  | { readonly kind: "failed"; readonly error: unknown };

const codeOf = (error: unknown) => (error instanceof RequestFailed ? error.code : undefined);

/**
 * Keeps the stored leads and the moves that are being sent. A move shows at once, and is taken back when it is refused.
 * Moves of one lead are sent one after another, because each needs the version that the one before it has made.
 */
export function createLeadStore(collection: Collection<Lead>, onChange: () => void) {
  const stored = new Map<string, Stored>();
  const wanted = new Map<string, Stage>();
  const queues = new Map<string, Promise<unknown>>();

  /** Answers can arrive in another order than the changes were made, so an older version never replaces a newer one. */
  function put(lead: Stored): void {
    if ((stored.get(lead.id)?.version ?? 0) <= lead.version) stored.set(lead.id, lead);
    onChange();
  }

  function remove(id: string): void {
    stored.delete(id);
    wanted.delete(id);
    onChange();
  }

  async function refresh(id: string): Promise<Stored | undefined> {
    try {
      put(await collection.get(id));
    } catch (error) {
      if (codeOf(error) !== "not_found") throw error;
      remove(id);
    }
    return stored.get(id);
  }

  async function store(id: string, stage: Stage): Promise<MoveOutcome> {
    const before = stored.get(id);
    if (!before) return { kind: "deleted" };
    try {
      const lead = await collection.update(id, { stage }, before.version);
      stored.set(id, lead);
      return { kind: "moved", lead };
    } catch (error) {
      if (codeOf(error) === "not_found") {
        stored.delete(id);
        return { kind: "deleted" };
      }
      if (codeOf(error) !== "precondition_failed") return { kind: "failed", error };
      const lead = await refresh(id).catch(() => before);
      return lead ? { kind: "overtaken", lead } : { kind: "deleted" };
    }
  }

  return {
    put,
    remove,
    refresh,
    get: (id: string) => stored.get(id),
    /** The stage in which the board shows a lead: the one that it was moved to last. */
    stageOf: (id: string): Stage | undefined => wanted.get(id) ?? stored.get(id)?.data.stage,
    isMoving: (id: string) => wanted.has(id),
    /** All leads, newest first, each in the stage that it was moved to last. */
    list: (): Stored[] =>
      [...stored.values()]
        .map((lead) => ({ ...lead, data: { ...lead.data, stage: wanted.get(lead.id) ?? lead.data.stage } }))
        .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id)),
    /** Replaces all leads by a complete listing. */
    reset(leads: readonly Stored[]): void {
      const known = new Map(stored);
      stored.clear();
      for (const lead of leads) {
        const old = known.get(lead.id);
        stored.set(lead.id, old && old.version > lead.version ? old : lead);
      }
      onChange();
    },
    move(id: string, stage: Stage): Promise<MoveOutcome> {
      wanted.set(id, stage);
      onChange();
      const turn = (queues.get(id) ?? Promise.resolve()).then(async () => {
        const outcome = await store(id, stage);
        if (queues.get(id) === turn) queues.delete(id);
        // A later move of the same lead is still wanted.
        if (!queues.has(id)) wanted.delete(id);
        onChange();
        return outcome;
      });
      queues.set(id, turn);
      return turn;
    },
  };
}
