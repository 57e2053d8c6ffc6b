import type { StoredDocument } from "@dramac/sdk";
import type { Line } from "../conversation.ts";

export interface Thread {
  /** The visitor's opaque id. */
  readonly visitor: string;
  /** Oldest first; messages that are being sent come last. */
  readonly lines: readonly Line[];
  /** The number of the visitor's messages that no member has read. */
  readonly unread: number;
  readonly last: Line;
}

type Message = StoredDocument<{ text: string }>;

/** Groups messages by visitor. They may arrive in any order. */
export function createThreads() {
  const lines = new Map<string, { readonly visitor: string; readonly line: Line }>();
  const seenAt = new Map<string, string>();

  function threadOf(visitor: string, own: readonly Line[]): Thread {
    const sorted = [...own].sort((a, b) => Number(a.state !== "sent") - Number(b.state !== "sent") || a.at.localeCompare(b.at));
    const seen = seenAt.get(visitor) ?? "";
    return { visitor, lines: sorted, last: sorted.at(-1) as Line, unread: own.filter(({ from, at }) => from === "visitor" && at > seen).length };
  }

  return {
    /** Adds a stored message. A message without a visitor cannot be answered, so it is left out. */
    keep({ id, data, author, visitor, createdAt }: Message): void {
      if (visitor !== undefined)
        lines.set(id, { visitor, line: { id, text: data.text, from: author === "member" ? "team" : "visitor", at: createdAt, state: "sent" } });
    },
    put: (visitor: string, line: Line) => void lines.set(line.id, { visitor, line }),
    get: (id: string) => lines.get(id)?.line,
    /** Records up to when a conversation was read. An earlier time changes nothing. */
    mark(visitor: string, at: string): void {
      if (at > (seenAt.get(visitor) ?? "")) seenAt.set(visitor, at);
    },
    /** Unread conversations first; within both groups the latest first. */
    list(): Thread[] {
      const byVisitor = new Map<string, Line[]>();
      for (const { visitor, line } of lines.values()) byVisitor.set(visitor, [...(byVisitor.get(visitor) ?? []), line]);
      return [...byVisitor]
        .map(([visitor, own]) => threadOf(visitor, own))
        .sort((a, b) => Number(b.unread > 0) - Number(a.unread > 0) || b.last.at.localeCompare(a.last.at));
    },
  };
}

/** The time of the visitor's newest message, or `""`. */
export const newestOf = ({ lines }: Thread): string => lines.reduce((newest, { from, at }) => (from === "visitor" && at > newest ? at : newest), "");
