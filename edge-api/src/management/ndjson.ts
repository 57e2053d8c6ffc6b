import { getLogger } from "@logtape/logtape";
import type { Tx } from "../db/database.ts";
import { toJson } from "../services/to-json.ts";
import type { Operation } from "./operation.ts";

/** Runs one short transaction behind the same doors as the call itself. */
export type RunInTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** What an operation answers that may be larger than memory: lines of JSON, read as fast as they are taken. */
export interface NdjsonFile {
  readonly fileName: string;
  /** Each page in a turn of its own, so that a slow reader holds no connection of the database. */
  read(runInTransaction: RunInTransaction): AsyncIterable<unknown>;
}

export const NDJSON_TYPE = "application/x-ndjson";

/** Writes lines as they are asked for, each held against the operation's schema. A fault breaks the answer off: what has no last line is not whole. */
export function ndjsonResponse({ id, answer }: Operation, { fileName, read }: NdjsonFile, runInTransaction: RunInTransaction): Response {
  const lines = read(runInTransaction)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await lines.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`${JSON.stringify(answer.parse(toJson(value)))}\n`));
      } catch (error) {
        getLogger(["dramac", "http"]).error("{id} broke off: {error}", { id, error: String(error) });
        controller.error(error);
      }
    },
    async cancel() {
      await lines.return?.();
    },
  });
  return new Response(body, {
    headers: { "content-type": NDJSON_TYPE, "cache-control": "no-store", "content-disposition": `attachment; filename="${fileName}"` },
  });
}
