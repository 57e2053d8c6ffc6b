/** One message of the conversation. */
export interface Line {
  readonly id: string;
  readonly text: string;
  readonly from: "visitor" | "team";
  readonly at: string;
  readonly state: "sent" | "sending" | "failed";
}

/** Keeps stored messages and those that are being sent, each once and in order. */
export function createConversation() {
  const lines = new Map<string, Line>();
  return {
    put: (line: Line) => void lines.set(line.id, line),
    get: (id: string) => lines.get(id),
    /** Oldest first; messages that are being sent come last. */
    list: (): Line[] => [...lines.values()].sort((a, b) => Number(a.state !== "sent") - Number(b.state !== "sent") || a.at.localeCompare(b.at)),
    /** Counts the team's answers since the visitor last read the conversation. */
    countUnread: (seenAt: string): number => [...lines.values()].filter(({ from, at }) => from === "team" && at > seenAt).length,
    /** The time of the newest stored message, or `""`. */
    newest: (): string => [...lines.values()].reduce((last, { state, at }) => (state === "sent" && at > last ? at : last), ""),
  };
}
