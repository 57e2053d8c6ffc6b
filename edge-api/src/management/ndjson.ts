import { getLogger } from "@logtape/logtape";
import type { Tx } from "../db/database.ts";
import { toJson } from "../services/to-json.ts";
import type { Operation } from "./operation.ts";

/** Runs one short transaction, after the same checks as the call itself. */
export type RunInTransaction = <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;

/** An answer that may be larger than memory: lines of JSON, produced as fast as the client reads them. */
export interface NdjsonFile {
  readonly fileName: string;
  /** Reads each page in a transaction of its own, so that a slow client holds no database connection. */
  read(runInTransaction: RunInTransaction): AsyncIterable<unknown>;
}

export const NDJSON_TYPE = "application/x-ndjson";

/** Streams the lines, each checked against the operation's schema. An error aborts the response, which then has no last line. */
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
        getLogger(["dramac", "http"]).error("{id} was aborted: {error}", { id, error: String(error) });
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
