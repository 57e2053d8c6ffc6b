import { getLogger } from "@logtape/logtape";
import type { Tx } from "../db/database.ts";
import { toJson } from "../services/json.ts";
import type { Operation } from "./operation.ts";

/** Runs one short transaction behind the same doors as the call itself. */
export type Turn = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** What an operation answers that may be larger than memory: lines of JSON, read as fast as they are taken. */
export interface Lines {
  readonly fileName: string;
  /** Each page in a turn of its own, so that a slow reader holds no connection of the database. */
  read(turn: Turn): AsyncIterable<unknown>;
}

export const LINES_TYPE = "application/x-ndjson";

/** Writes lines as they are asked for, each held against the operation's schema. A fault breaks the answer off: what has no last line is not whole. */
export function linesResponse({ id, answer }: Operation, { fileName, read }: Lines, turn: Turn): Response {
  const lines = read(turn)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await lines.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(answer.parse(toJson(value)))}\n`));
      } catch (fault) {
        getLogger(["dramac", "http"]).error("{id} broke off: {fault}", { id, fault: String(fault) });
        controller.error(fault);
      }
    },
    async cancel() {
      await lines.return?.();
    },
  });
  return new Response(body, {
    headers: { "content-type": LINES_TYPE, "cache-control": "no-store", "content-disposition": `attachment; filename="${fileName}"` },
  });
}
