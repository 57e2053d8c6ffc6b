import type { StoredDocument } from "@dramac/sdk";
import type { Line } from "../conversation.ts";

export interface Thread {
  /** An opaque name: the platform tells nobody who it is. */
  readonly visitor: string;
  /** Oldest first; what is still being sent comes last. */
  readonly lines: readonly Line[];
  /** Lines of the visitor that nobody of the team has seen. */
  readonly unread: number;
  readonly last: Line;
}

type Message = StoredDocument<{ text: string }>;

/** Everybody's conversations, put together from single messages in whatever order they come. */
export function createThreads() {
  const lines = new Map<string, { readonly visitor: string; readonly line: Line }>();
  const seenAt = new Map<string, string>();

  function threadOf(visitor: string, own: readonly Line[]): Thread {
    const sorted = [...own].sort((a, b) => Number(a.state !== "sent") - Number(b.state !== "sent") || a.at.localeCompare(b.at));
    const seen = seenAt.get(visitor) ?? "";
    return { visitor, lines: sorted, last: sorted.at(-1) as Line, unread: own.filter(({ from, at }) => from === "visitor" && at > seen).length };
  }

  return {
    /** Takes up a stored message; one that belongs to nobody could not be answered, and is no conversation. */
    keep({ id, data, author, visitor, createdAt }: Message): void {
      if (visitor !== undefined)
        lines.set(id, { visitor, line: { id, text: data.text, from: author === "member" ? "team" : "visitor", at: createdAt, state: "sent" } });
    },
    put: (visitor: string, line: Line) => void lines.set(line.id, { visitor, line }),
    get: (id: string) => lines.get(id)?.line,
    /** Moves forward only. */
    mark(visitor: string, at: string): void {
      if (at > (seenAt.get(visitor) ?? "")) seenAt.set(visitor, at);
    },
    /** Unread ones first, and among these and those the latest first. */
    list(): Thread[] {
      const byVisitor = new Map<string, Line[]>();
      for (const { visitor, line } of lines.values()) byVisitor.set(visitor, [...(byVisitor.get(visitor) ?? []), line]);
      return [...byVisitor]
        .map(([visitor, own]) => threadOf(visitor, own))
        .sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0) || b.last.at.localeCompare(a.last.at));
    },
  };
}

/** When the visitor's newest line was written. */
export const newestOf = ({ lines }: Thread): string => lines.reduce((newest, { from, at }) => (from === "visitor" && at > newest ? at : newest), "");
