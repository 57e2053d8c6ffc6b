import type { SentStatement } from "@dramac/edge-api/database";

/** A statement with the role and the tenant that it ran as. */
export interface RecordedStatement extends Omit<SentStatement, "connection"> {
  readonly role: string;
  /** The setting of the context and its value: `app.agency` or `app.reason`. */
  readonly setting: string;
  readonly value: string;
}

/** What was gathered. */
export interface Recorded {
  readonly statements: readonly RecordedStatement[];
  /** The texts of all that was ever sent, by the owner of the tables too. */
  readonly sent: ReadonlySet<string>;
  readonly notices: readonly string[];
}

/** Gathers what a node sends to its database: each text once for each role, with the first parameters that it was sent with. */
export function createRecorder() {
  const contexts = new Map<number, { role: string; setting: string; value: string }>();
  const known = new Map<string, RecordedStatement>();
  const sent = new Set<string>();
  const notices: string[] = [];
  let isOn = false;
  return {
    record({ connection, text, parameters, types }: SentStatement): void {
      sent.add(text.trim());
      // The first statement of every transaction says as whom it runs; what the owner of the tables does itself is another matter.
      if (/^\s*(?:commit|rollback)\s*$/i.test(text)) contexts.delete(connection);
      if (/^select set_config\('role'/.test(text)) {
        const [role, setting, value] = parameters as string[];
        contexts.set(connection, { role: role as string, setting: setting as string, value: value as string });
        return;
      }
      const context = contexts.get(connection);
      if (!isOn || !context || !/^\s*(?:select|insert|update|delete|with)\b/i.test(text)) return;
      const name = `${context.role} ${text}`;
      if (!known.has(name)) known.set(name, { ...context, text, parameters, types });
    },
    /** What PostgreSQL says meanwhile. */
    recordNotice(message: string): void {
      if (isOn) notices.push(message);
    },
    /** Whether such a statement was sent since it began. */
    hasSeen: (text: RegExp): boolean => [...known.values()].some((statement) => text.test(statement.text)),
    /** Gathers from now on. */
    start(): void {
      isOn = true;
    },
    /** What was gathered; nothing more is. */
    stop(): Recorded {
      isOn = false;
      return { statements: [...known.values()], sent, notices };
    },
  };
}

export type Recorder = ReturnType<typeof createRecorder>;
