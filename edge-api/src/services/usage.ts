import { type ErrorReport, frameErrorMessage, type UsageBatch, type UsageEvent } from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import { randomUUID } from "node:crypto";
import type { Database } from "../db/database.ts";
import type { Caller } from "./caller.ts";
import type { InstallationFacts, InstallationFactsCache } from "./installation-facts.ts";
import type { Tokens } from "./tokens.ts";

interface UsageRow {
  readonly event: Pick<UsageEvent, "id" | "type"> & Partial<UsageEvent>;
  readonly facts: InstallationFacts;
  readonly surface: string;
  readonly verified: boolean;
  /** The number of calls that this row counts. */
  readonly times: number;
  readonly at: Date;
  readonly bytes: number;
}

const FLUSH_MS = 1_000;
const FLUSH_ROWS = 5_000;
const MAX_WAITING = 50_000;
const MAX_WAITING_BYTES = 16 * 1024 * 1024;
/** The approximate size of a row without its texts. */
const ROW_BYTES = 400;
const STACK_LENGTH = 1_000;
/** A batch is about one module or a few: after so many unknown ids the rest of the batch is not looked up. */
const MAX_UNKNOWN = 3;
const OLDEST_MS = 12 * 3_600_000;

/** Collects usage events and writes them in batches. Under overload it drops events and counts the dropped ones; callers never wait. */
export function createUsage(services: { database: Database; installations: InstallationFactsCache; tokens: Tokens }) {
  const { database, installations, tokens } = services;
  const logger = getLogger(["dramac", "usage"]);
  let waiting: UsageRow[] = [];
  let waitingBytes = 0;
  const calls = new Map<string, { readonly caller: Caller; readonly operation: string; count: number }>();
  let dropped = 0;
  let writing: Promise<void> | undefined;

  async function add(
    surface: string,
    token: string | undefined,
    events: readonly (Pick<UsageEvent, "id" | "type" | "installation" | "version"> & Partial<UsageEvent>)[],
  ): Promise<void> {
    const capability = token === undefined ? undefined : await tokens.read(token).catch(() => undefined);
    let unknown = 0;
    for (const event of events) {
      const facts = await installations.get(event.installation as never, surface);
      if (!facts && ++unknown === MAX_UNKNOWN) break;
      if (!facts) continue;
      // The API counts calls itself, so a page's own reports of calls are not verified.
      const verified = capability?.installation === event.installation && capability.surface === surface && event.type !== "api_call";
      enqueue({ event, facts, surface, verified, times: 1, at: plausible(event.at), bytes: ROW_BYTES + JSON.stringify(event).length });
    }
    if (waiting.length >= FLUSH_ROWS) flush();
  }

  function enqueue(row: UsageRow): void {
    if (waiting.length >= MAX_WAITING || waitingBytes + row.bytes > MAX_WAITING_BYTES) {
      dropped++;
      return;
    }
    waiting.push(row);
    waitingBytes += row.bytes;
  }

  /** One row for all calls of one operation by an installation since the last flush. */
  function gatherCalls(): void {
    for (const { caller, operation, count } of calls.values()) {
      const { installation, surface } = caller;
      const event = { id: randomUUID(), type: "api_call", version: installation.version, name: operation } as const;
      enqueue({ event, facts: installation, surface, verified: true, times: count, at: new Date(), bytes: ROW_BYTES });
    }
    calls.clear();
  }

  function flush(): void {
    if (writing) return;
    gatherCalls();
    if (!waiting.length) return;
    const rows = waiting;
    waiting = [];
    waitingBytes = 0;
    writing = write(rows)
      .catch((error: Error) => {
        dropped += rows.length;
        logger.warn("{count} usage events were dropped: {error}", { count: rows.length, error: error.message });
      })
      .finally(() => (writing = undefined));
  }

  /** Writes the rows together with their batch, from which the rollup will count them. */
  async function write(rows: readonly UsageRow[]): Promise<void> {
    const times = rows.map(({ at }) => at.getTime()).sort((a, b) => a - b);
    const [first, last] = [new Date(times[0] as number), new Date(times.at(-1) as number)];
    await database.withPlatform(
      "usage ingestion",
      (tx) => tx`
      with batch as (insert into module_usage_batches (first_at, last_at) values (${first}, ${last}) returning id)
      insert into module_usage_events (id, created_at, module_id, installation_id, agency_id, client_id, site_id, surface_key, version,
        event_type, event_name, metadata, load_time_ms, verified, times, batch)
      select r.*, batch.id from batch, jsonb_to_recordset(${tx.json(rows.map(record) as never)}) as r(id uuid, created_at timestamptz, module_id uuid,
        installation_id uuid, agency_id uuid, client_id uuid, site_id uuid, surface_key text, version text, event_type text,
        event_name text, metadata jsonb, load_time_ms int, verified boolean, times int)
      on conflict do nothing`,
    );
  }

  const timer = setInterval(flush, FLUSH_MS);
  return {
    /** Takes the events of one page view. Without a token they count as unverified. */
    addBatch: (batch: UsageBatch) => add(batch.surface, batch.token, batch.events),
    countCall(caller: Caller, operation: string): void {
      const key = `${caller.installation.id} ${caller.surface} ${operation}`;
      const counted = calls.get(key) ?? { caller, operation, count: 0 };
      counted.count++;
      calls.set(key, counted);
    },
    addError({ surface, token, installation, version, code, message = frameErrorMessage(code) ?? "", stack }: ErrorReport) {
      return add(surface, token, [
        { id: randomUUID(), installation, version, type: "error", name: code, metadata: { message, ...(stack && { stack: stack.slice(0, STACK_LENGTH) }) } },
      ]);
    },
    get dropped() {
      return dropped;
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await writing;
      flush();
      await writing;
    },
  };
}

/** A visitor's clock may be wrong by any amount: implausible times become the present time, because only current partitions exist. */
function plausible(at: string | undefined): Date {
  const now = Date.now();
  const reported = at === undefined ? now : Date.parse(at);
  return new Date(Math.abs(now - reported) < OLDEST_MS ? reported : now);
}

const record = ({ event, facts, surface, verified, times, at }: UsageRow) => ({
  id: event.id,
  created_at: at.toISOString(),
  module_id: facts.moduleId,
  installation_id: facts.id,
  agency_id: facts.agencyId,
  client_id: facts.clientId,
  site_id: facts.siteId,
  surface_key: surface,
  version: event.version ?? "",
  event_type: event.type,
  event_name: event.name ?? null,
  metadata: event.metadata ?? {},
  load_time_ms: event.loadTimeMs ?? null,
  verified,
  times,
});

export type Usage = ReturnType<typeof createUsage>;
