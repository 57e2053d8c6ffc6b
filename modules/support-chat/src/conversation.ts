/** One line of the conversation, as it is shown. */
export interface Line {
  readonly id: string;
  readonly text: string;
  readonly from: "visitor" | "team";
  readonly at: string;
  readonly state: "sent" | "sending" | "failed";
}

/** Stored lines and those still on their way, in order, each once. */
export function createConversation() {
  const lines = new Map<string, Line>();
  return {
    put: (line: Line) => void lines.set(line.id, line),
    get: (id: string) => lines.get(id),
    /** Oldest first; what is still being sent comes last. */
    list: (): Line[] => [...lines.values()].sort((a, b) => Number(a.state !== "sent") - Number(b.state !== "sent") || a.at.localeCompare(b.at)),
    /** Answers of the team since the visitor last looked. */
    countUnread: (seenAt: string): number => [...lines.values()].filter(({ from, at }) => from === "team" && at > seenAt).length,
    /** When the newest stored line was written; empty when there is none. */
    newest: (): string => [...lines.values()].reduce((last, { state, at }) => (state === "sent" && at > last ? at : last), ""),
  };
}
