import { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { TestRunnerConfig } from "@web/test-runner";

type Middleware = NonNullable<TestRunnerConfig["middleware"]>[number];
type Context = Parameters<Middleware>[0];

/** One answer of a test's platform; the last of a list is given again and again. */
export interface ScriptedAnswer {
  readonly status?: number;
  readonly body?: unknown;
  readonly afterMs?: number;
  /** Written one after the other, a moment apart; the answer ends after the last. */
  readonly chunks?: readonly string[];
  /** What comes is no HTTP, and the connection ends: as unreachable as can be, and no browser tries it again by itself. */
  readonly cut?: boolean;
}

/** What a test's platform was asked. */
export interface ScriptedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const PATH = /^\/scripted\/([\w-]+)(\/.*)?$/;
const CHUNK_GAP_MS = 30;

/**
 * A platform for each test, over real HTTP: `PUT /scripted/<key>` lays down the answers by last path segment,
 * requests below it take them in order, `GET /scripted/<key>` tells what was asked.
 */
export function createScriptedPlatform(): Middleware {
  const platforms = new Map<string, { answers: Record<string, ScriptedAnswer[]>; seen: ScriptedRequest[] }>();
  return async function scriptedPlatform(context, next) {
    const [, key = "", path] = PATH.exec(context.path) ?? [];
    if (!key) return next();
    const body = await readBody(context);
    const platform = platforms.get(key);
    if (context.method === "PUT" && !path) {
      platforms.set(key, { answers: JSON.parse(body) as Record<string, ScriptedAnswer[]>, seen: [] });
      context.status = 204;
    } else if (!platform) context.status = 404;
    else if (!path) context.body = platform.seen;
    else {
      platform.seen.push({ method: context.method, path, query: context.querystring, authorization: context.get("authorization") || undefined, body });
      const list = platform.answers[path.slice(path.lastIndexOf("/") + 1)] ?? [];
      await answer(context, (list.length > 1 ? list.shift() : list[0]) ?? { status: 404 });
    }
  };
}

async function answer(context: Context, { status = 200, body = {}, afterMs = 0, chunks, cut }: ScriptedAnswer): Promise<void> {
  await wait(afterMs);
  if (cut) {
    context.respond = false;
    context.req.socket.end("nothing\r\n\r\n");
    return;
  }
  context.status = status;
  if (!chunks) context.body = body;
  else {
    context.type = "text/event-stream";
    context.body = Readable.from(slowly(chunks));
  }
}

async function* slowly(chunks: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) {
    yield Buffer.from(chunk);
    await wait(CHUNK_GAP_MS);
  }
}

async function readBody({ req }: Context): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of req) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}
